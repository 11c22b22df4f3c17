"""The roll-up of provinces, cities and counties: every level is the sum of the one below."""

import csv
import io
from dataclasses import astuple

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.demonstration.load import Load, Size
from marketplace.storefront.queries.areas import AreasPage, get_areas
from tests.conftest import NOON

TODAY = day_of(NOON)
YEAR = TODAY.year


@pytest.fixture
def counties(session: Session) -> Session:
    """Three made-up counties that have traded, beside the real one that has not."""
    for _ in Load(session, Size(products=39, units=12, orders=90, counties=3), 1, NOON).steps():
        session.commit()
    return session


def page(session: Session, area: str = "") -> AreasPage:
    return get_areas(session, area, YEAR, TODAY)


def sums(session: Session, area: str) -> tuple[int, ...]:
    return tuple(astuple(page(session, area).total))


def test_every_level_is_the_sum_of_the_one_below(counties: Session) -> None:
    for area in ("", "99", "9900"):
        found = page(counties, area)
        parts = [astuple(row.sums) for row in found.rows]
        assert tuple(map(sum, zip(*parts, strict=True))) == astuple(found.total)
        for row in found.rows:
            if not row.is_county:
                assert astuple(row.sums) == sums(counties, row.code)


def test_counties_tell_their_sales_villages_and_units(counties: Session) -> None:
    rows = {row.code: row.sums for row in page(counties, "9900").rows}
    assert set(rows) == {"990001", "990002", "990003"}
    assert all(one.amount_fen > 0 and one.villages == 340 for one in rows.values())
    assert all(0 < one.selling <= one.villages for one in rows.values())
    assert sum(one.units for one in rows.values()) == 12
    assert all(one.target_fen > 0 for one in rows.values())


def test_a_county_without_sales_is_told_of_too(counties: Session) -> None:
    (own,) = (row.sums for row in page(counties, "4203").rows)
    assert (own.amount_fen, own.villages, own.selling) == (0, 350, 0)
    assert own.idle_ppm == 1_000_000
    assert own.rate_ppm is None


def test_the_roll_up_asks_as_much_of_three_counties_as_of_any_number(counties: Session) -> None:
    counted: list[str] = []
    bind = counties.get_bind()

    def note(*parts: object) -> None:
        counted.append(str(parts[2]))

    event.listen(bind, "before_cursor_execute", note)
    try:
        page(counties)
    finally:
        event.remove(bind, "before_cursor_execute", note)
    assert len([one for one in counted if one.startswith("SELECT")]) <= 7


def test_the_page_drills_down_to_the_board_of_a_county(
    client: FlaskClient, counties: Session
) -> None:
    top = client.get("/board/areas").get_data(as_text=True)
    assert "/board/areas?area=99" in top
    city = client.get("/board/areas?area=9900").get_data(as_text=True)
    assert "/board?county=990002" in city
    screen = client.get("/board/screen?county=990002").text
    assert 'class="cartogram"' not in screen
    assert "虚拟2县" in screen.split("</h1>")[0]
    board = client.get("/board?county=990002")
    assert board.status_code == 200
    assert "虚拟2县" in board.get_data(as_text=True)
    assert client.get("/villages?county=990002").status_code == 200


def test_the_file_and_the_json_hold_the_rows_of_the_page(
    client: FlaskClient, counties: Session
) -> None:
    total = page(counties, "9900").total
    body = client.get("/board/data/areas.csv?area=9900").get_data().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(body)))
    assert sum(int(row["amount_fen"]) for row in rows) == total.amount_fen
    found = client.get("/board/data/areas.json?area=9900").get_json()
    assert [one["code"] for one in found["areas"]] == [row["code"] for row in rows]
    assert found["total"]["amount_fen"] == total.amount_fen


@pytest.mark.parametrize(
    "path",
    [
        "/board/areas?area=4",
        "/board/areas?area=88",
        "/board/areas?area=４２",
        "/board/areas?area=-1",
        "/board/areas?area=420304",
        "/board/areas?area=" + "4" * 10_000,
        "/board/areas?area=42%00",
        "/board?county=420399",
        "/board?county=42030４",
        "/board?county=1e9000",
        "/villages?county=x",
        "/board/data.json?county=0",
        "/api/v1/county/summary?county=999999",
    ],
)
def test_an_area_that_is_none_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_summary_of_a_county_can_be_asked_for(client: FlaskClient, counties: Session) -> None:
    found = client.get("/api/v1/county/summary?county=990001").get_json()
    assert found["code"] == "990001"
    assert found["amount_fen"] > 0
    assert client.get("/api/v1/county/summary").get_json()["code"] == "420304"
