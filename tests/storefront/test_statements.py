"""How many statements a public page takes, and that goods do not add any."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from marketplace.core.pictures import draw
from marketplace.listing.commands import add_photos
from tests import county as made
from tests.county import County
from tests.listing.photographs import jpeg
from tests.storefront.conftest import PAGES


class Counter:
    """Counts statements; BEGIN and COMMIT are none."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def __call__(self, _connection, _cursor, statement, *_rest) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            self.statements.append(statement)


@pytest.fixture
def counter() -> Iterator[Counter]:
    counting = Counter()
    event.listen(Engine, "before_cursor_execute", counting)
    yield counting
    event.remove(Engine, "before_cursor_execute", counting)


def statements_of(client: FlaskClient, counter: Counter, address: str) -> list[str]:
    """What it takes to draw a page that is not on the shelf."""
    client.application.extensions["shelf"].pages.clear()
    counter.statements.clear()
    assert client.get(address).status_code == 200
    return list(counter.statements)


@pytest.mark.parametrize("address", PAGES)
def test_a_public_page_needs_at_most_five_queries(
    county: County, client: FlaskClient, counter: Counter, address: str
):
    client.get(address)
    allowed = {"/": 7, "/board": 7}.get(address, 10 if address.startswith("/villages/") else 6)
    assert len(statements_of(client, counter, address)) <= allowed, counter.statements


def test_more_goods_do_not_need_more_queries(
    county: County, session: Session, client: FlaskClient, counter: Counter
):
    client.get("/categories/shiitake")
    few = statements_of(client, counter, "/categories/shiitake")
    for number in range(20):
        made.goods(session, county.producer_id, f"香菇 {number}", 1_000 + number)
    session.commit()
    many = statements_of(client, counter, "/categories/shiitake")
    assert len(many) == len(few)
    text = client.get("/categories/shiitake").text
    assert text.count('class="product-card') == 23


def test_photographs_keep_within_the_budget(
    county: County, session: Session, client: FlaskClient, counter: Counter
):
    goods = county.mushrooms
    drawn = [draw("photos", jpeg()), draw("photos", jpeg(800, 600))]
    add_photos(session, county.clerk, goods.product_id, drawn, made.START)
    session.commit()
    client.get("/categories/shiitake")
    address = f"/products/{goods.product_id}"
    # One more than without photographs.
    assert len(statements_of(client, counter, address)) <= 7, counter.statements
    assert "/pictures/" in client.get(address).text
