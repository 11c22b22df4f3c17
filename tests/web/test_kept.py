"""What pages keep is never older than the last commit, and never somebody else's."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, update
from sqlalchemy.orm import Session

from marketplace.accounts.models import Membership, Person
from marketplace.core.edition import Topic, read_editions
from marketplace.core.identity import Identity
from marketplace.notices.models import Notice
from marketplace.ordering.models import BasketLine
from marketplace.reports.queries.navigation import count_waiting
from marketplace.reports.routes import navigation
from marketplace.tables import TOPICS
from marketplace.web import kept as keeping
from marketplace.web import shelf
from tests.county import START, YUNCAI, County
from tests.pages.conftest import visit
from tests.seating import seat
from tests.storefront.conftest import PAGES

__all__ = ["visit"]

# What programs are told that nobody need be known for.
CALLS = tuple(
    f"/api/v1/{path}"
    for path in (
        "products",
        "products/1",
        "products/1/reviews",
        "villages",
        f"villages/{YUNCAI}/sales",
        "county/summary",
    )
)
# Those of other rooms that stand on the shelf.
EVERYONES = (
    "/certified",
    "/certified/notices",
    "/rules",
    "/rules/privacy",
    "/rules/kept",
    "/board/data",
    "/board/areas",
    *CALLS,
)

CHANGE_ELSEWHERE = """
import config, os
from sqlalchemy import update
from marketplace import create_app
from marketplace.accounts.models import Person
from marketplace.web import commit, session
with create_app(config.read(os.environ)).app_context():
    session().execute(update(Person).where(Person.login == "buyer@test").values(name="改了名"))
    commit()
"""


def fill(session: Session, person: Identity, variant_id: int) -> None:
    session.add(
        BasketLine(
            person_id=person.person_id,
            variant_id=variant_id,
            quantity=1,
            added_at=START,
        )
    )
    session.commit()


def test_a_person_sees_their_own_name_on_the_page_that_everyone_shares(
    county: County, app: Flask, visit, session: Session
):
    session.execute(update(Person).where(Person.login == "buyer@test").values(name="买家甲"))
    session.execute(update(Person).where(Person.login == "clerk@test").values(name="店员乙"))
    session.commit()
    buyer, clerk, nobody = map(visit, (county.buyer, county.clerk, None))
    for _ in range(2):
        assert "买家甲" in buyer.see("/")
        page = clerk.see("/")
        assert "店员乙" in page
        assert "买家甲" not in page
        page = nobody.see("/")
        assert "买家甲" not in page
        assert "店员乙" not in page
        assert "/login" in page


def test_nothing_of_whoever_asked_first_lies_on_the_shelf(county: County, app: Flask, visit):
    for path in ("/", f"/products/{county.mushrooms.product_id}", "/search?q=香菇"):
        visit(county.buyer).see(path)
    shelf = app.extensions["shelf"].pages
    assert len(shelf) == 3
    for page in shelf.values():
        told = page.body.decode()
        assert "buyer" not in told
        assert "csrf_token" not in told
        assert "<!--" not in told


def test_only_who_buys_for_a_unit_is_shown_the_way_to_an_inquiry(county: County, visit):
    path = f"/products/{county.mushrooms.product_id}"
    assert "向几家询价" in visit(county.buyer).see(path)
    assert "向几家询价" not in visit(county.clerk).see(path)
    assert "向几家询价" not in visit(None).see(path)


def test_each_browser_has_a_token_of_its_own_that_is_accepted(county: County, app: Flask, visit):
    buyer, clerk = visit(county.buyer), visit(county.clerk)
    app.config["WTF_CSRF_ENABLED"] = True
    path = f"/products/{county.mushrooms.product_id}"
    found = re.compile(r'name="csrf_token" value="([^"]+)"')
    mine, theirs = set(found.findall(buyer.see(path))), set(found.findall(clerk.see(path)))
    assert len(mine) == len(theirs) == 1
    assert mine != theirs
    line = {"variant_id": county.mushrooms.variant_id, "quantity": 1}
    buyer.send("/basket/lines", 400, csrf_token=theirs.pop(), **line)
    buyer.send("/basket/lines", 302, csrf_token=mine.pop(), **line)


def test_a_page_that_a_person_knows_is_not_sent_again_until_their_part_changes(
    county: County, visit, session: Session
):
    client: FlaskClient = visit(county.buyer).client
    mark = client.get("/").headers["ETag"]
    known = {"If-None-Match": mark}
    assert client.get("/", headers=known).status_code == 304
    assert visit(None).client.get("/", headers=known).status_code == 200
    fill(session, county.buyer, county.noodles.variant_id)
    assert client.get("/", headers=known).status_code == 200


def test_a_count_changes_with_the_commit_in_every_application(
    county: County, make_app, session: Session
):
    clients = []
    for app in (make_app(), make_app()):
        clients.append(seat(app.test_client(), county.buyer))
    for number, goods in enumerate((county.mushrooms, county.noodles, county.oil), 1):
        fill(session, county.buyer, goods.variant_id)
        for client in (*clients, *clients):
            assert f'<span class="count count-due">{number}</span>' in client.get("/").text


@pytest.mark.slow
def test_a_change_of_another_process_is_seen_with_the_next_page(
    county: County, visit, database_url: str, tmp_path
):
    """A process of its own, so that nothing but the database tells us."""
    buyer = visit(county.buyer)
    assert "改了名" not in buyer.see("/")
    given = {
        "DATABASE_URL": database_url,
        "INSTANCE": str(tmp_path / "other"),
        "SECRET_KEY": "not-secret-" * 4,
    }
    subprocess.run(
        [sys.executable, "-c", CHANGE_ELSEWHERE],
        check=True,
        timeout=60,
        env={**os.environ, **given},
    )
    assert "改了名" in buyer.see("/")


def test_a_role_that_ended_opens_nothing_more(county: County, visit, session: Session):
    buyer, path = visit(county.buyer), f"/unit/{county.unit_id}"
    assert "采购进度" in buyer.see("/")
    buyer.see(path)
    held = update(Membership).where(Membership.person_id == county.buyer.person_id)
    session.execute(held.values(until=START))
    session.commit()
    assert "采购进度" not in buyer.see("/")
    buyer.see(path, 403)


def test_logging_out_elsewhere_counts_at_once(county: County, visit, session: Session):
    buyer = visit(county.buyer)
    buyer.see("/me")
    raised = Person.session_epoch + 1
    session.execute(update(Person).where(Person.login == "buyer@test").values(session_epoch=raised))
    session.commit()
    buyer.see("/me", 302)
    assert "/login" in buyer.see("/")


def test_what_was_changed_by_hand_shows_within_a_minute(
    county: County, visit, engine: Engine, clock
):
    buyer = visit(county.buyer)
    buyer.see("/")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE person SET name = '手改的' WHERE login = 'buyer@test'")
    clock.advance(seconds=60)
    assert "手改的" in buyer.see("/")


def test_a_step_that_lay_too_long_opens_to_others_without_a_commit(
    county: County, visit, monkeypatch, clock
):
    """What depends on the hour is not kept for longer than a minute."""
    asked = []

    def count(*given):
        asked.append(given)
        return count_waiting(*given)

    monkeypatch.setattr(navigation, "count_waiting", count)
    approver = visit(county.approver)
    for seconds, looks in ((0, 1), (0, 1), (60, 2)):
        clock.advance(seconds=seconds)
        approver.see("/")
        assert len(asked) == looks


@pytest.fixture
def looked_at(monkeypatch, app: Flask) -> Iterator[list[tuple[set[str], set[str]]]]:
    """(tables read, tables whose changes are noticed) of each answer that was not kept yet."""
    found: list[tuple[set[str], set[str]]] = []
    asking: list[list[str]] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        # What is kept inside of something kept is read for both.
        for statements in asking:
            statements.append(statement)

    def look(topics, make):
        asking.append([])
        try:
            return make()
        finally:
            names = set(re.findall(r'(?:FROM|JOIN) "?([a-z_]+)', " ".join(asking.pop())))
            watched = {name for topic in topics for name in TOPICS[topic]}
            found.append((names & ALL_TABLES, watched))

    for module in (keeping, shelf):
        monkeypatch.setattr(module, "look", look)
    event.listen(Engine, "before_cursor_execute", note)
    yield found
    event.remove(Engine, "before_cursor_execute", note)


ALL_TABLES = set(Person.metadata.tables)


def test_every_table_that_is_read_for_something_kept_is_watched(county: County, visit, looked_at):
    people = (county.buyer, county.approver, county.finance, county.clerk, county.cashier)
    for person in people:
        visitor = visit(person)
        for path in ("/me", *PAGES, *EVERYONES):
            visitor.see(path)
        if person.organisations("UNIT"):
            for path in ("", "?year=2025", "?on=2026-11-01", "/units", "/units?sort=name"):
                visitor.see(f"/unit/{county.unit_id}{path}")
    assert len(looked_at) > 10
    missed = {frozenset(read - watched) for read, watched in looked_at} - {frozenset()}
    assert not missed


def test_a_topic_rises_with_its_own_tables_alone(county: County, session: Session, engine: Engine):
    before = read_editions(engine)
    session.add(
        Notice(
            person_id=county.buyer.person_id,
            kind="order.shipped",
            params={},
            object_kind="order",
            object_id=1,
            address="/",
            effect_key="once",
            created_at=START,
            in_inbox=True,
        )
    )
    session.commit()
    after = read_editions(engine)
    assert after[Topic.NOTICES] == before.get(Topic.NOTICES, 0) + 1
    assert all(after.get(one, 0) == before.get(one, 0) for one in Topic if one != Topic.NOTICES)
