"""Long reports are read from the copy; everything else from the database itself."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text, update
from sqlalchemy.orm import Session

from config import WrongSetting, read
from marketplace.accounts.models import Person
from marketplace.core.identity import Identity
from tests.county import County
from tests.databases import Databases
from tests.engines import open_engine
from tests.ordering.steps import completed
from tests.seating import seat


@pytest.fixture
def copy(
    databases: Databases, engine: Engine, session: Session, county: County, database_url: str
) -> Iterator[str]:
    """What the database was before the unit bought anything."""
    # Nobody may be connected to what is copied.
    session.close()
    engine.dispose()
    url = databases.create(database_url)
    yield url
    databases.drop(url)


def visit(app: Flask, identity: Identity) -> FlaskClient:
    return seat(app.test_client(), identity)


def test_the_roll_up_is_as_far_as_the_copy_and_the_unit_s_page_is_not(
    copy: str, make_app: Callable[..., Flask], session: Session, county: County
) -> None:
    completed(session, county, county.wish((county.mushrooms, 10)))
    session.commit()
    official = visit(make_app(reports_database_url=copy), county.operator)
    plain = visit(make_app(), county.operator)
    bought = "640.30"
    assert bought in plain.get("/desk/units").text
    assert bought not in official.get("/desk/units").text
    assert bought in official.get(f"/unit/{county.unit_id}").text


def test_who_asks_is_looked_up_in_the_database_itself(
    copy: str, make_app: Callable[..., Flask], session: Session, county: County
) -> None:
    official = visit(make_app(reports_database_url=copy), county.operator)
    assert official.get("/desk/units").status_code == 200
    session.execute(update(Person).values(session_epoch=99))
    session.commit()
    assert official.get("/desk/units").status_code == 302


def test_what_a_report_read_of_the_copy_is_kept_for_no_other_page(
    copy: str, make_app: Callable[..., Flask], session: Session, county: County
) -> None:
    """The editions vouch for the database itself; the copy may be behind them."""
    completed(session, county, county.wish((county.mushrooms, 10)))
    session.commit()
    buyer = visit(make_app(reports_database_url=copy), county.buyer)
    for _ in range(2):
        assert "640.30" not in buyer.get(f"/unit/{county.unit_id}/units").text
        assert "640.30" in buyer.get("/rules/kept").text


def test_nothing_of_a_report_stays_with_the_next_request(
    copy: str, make_app: Callable[..., Flask], session: Session, county: County
) -> None:
    engine = open_engine(copy)
    with engine.begin() as connection:
        connection.execute(text("UPDATE unit_placement SET name = name || '的副本'"))
    engine.dispose()
    official = visit(make_app(reports_database_url=copy), county.operator)
    assert "的副本" in official.get("/desk/units").text
    assert "的副本" not in official.get(f"/unit/{county.unit_id}").text


def test_a_copy_that_cannot_be_is_refused_by_name(tmp_path: Path) -> None:
    given = {"INSTANCE": str(tmp_path), "REPORTS_DATABASE_URL": "mysql://elsewhere"}
    with pytest.raises(WrongSetting, match="REPORTS_DATABASE_URL"):
        read(given)
