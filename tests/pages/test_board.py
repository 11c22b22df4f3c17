"""The public board: its tables and its open data sum to the same fen, and name no buyer."""

import csv
import io
import json

import pytest
from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.pairings.commands import pair
from marketplace.pairings.rules import GivenPairing
from tests.county import HUIGOU, START, County
from tests.ordering.steps import completed
from tests.pages.conftest import Visit

TOWNSHIP = HUIGOU[:9] + "000"
TABLES = ("month", "township", "village", "product", "producer", "channel")


@pytest.fixture
def sold(session: Session, county: County) -> int:
    """What was sold in all."""
    completed(session, county, county.wish((county.mushrooms, 7), (county.noodles, 3)))
    pair(
        session,
        county.operator,
        GivenPairing(county.unit_id, HUIGOU, day_of(START), ""),
        START,
    )
    session.commit()
    return 7 * 6_403 + 3 * 1_999


def test_every_open_table_sums_to_the_total(sold: int, visit: Visit) -> None:
    public = visit(None)
    data = json.loads(public.see("/board/data.json"))
    assert data["amount_fen"] == sold
    assert set(data["tables"]) == set(TABLES)
    for name in TABLES:
        assert sum(row["amount_fen"] for row in data["tables"][name]) == sold, name
        answer = public.client.get(f"/board/data/{name}.csv")
        rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
        assert sum(int(row["amount_fen"]) for row in rows) == sold, name
    public.see("/board/data/buyers.csv", 404)


def test_no_buyer_is_named(sold: int, visit: Visit) -> None:
    assert sold
    public = visit(None)
    for path in ("/board", "/board/data.json", "/board/screen", "/board/data"):
        page = public.see(path)
        assert "财政局" not in page
        assert "buyer" not in page


def test_pages_of_places_show_fairness_and_who_stands_by(sold: int, visit: Visit) -> None:
    assert sold
    public = visit(None)
    assert "基尼系数" in public.see("/villages")
    assert "基尼系数" in public.see("/board")
    township = public.see(f"/townships/{TOWNSHIP}")
    assert "会沟村" in township
    assert "区财政局" in township
    village = public.see(f"/villages/{HUIGOU}")
    assert "结对帮扶单位:区财政局" in village
    assert "谁在买" in village


@pytest.mark.parametrize("code", ["420304999000", "1", "x" * 500, "420304106205"])
def test_a_township_that_is_none_is_not_found(county: County, visit: Visit, code: str) -> None:
    assert county.unit_id
    visit(None).see(f"/townships/{code}", 404)


def test_the_wall_asks_anew_by_itself(sold: int, visit: Visit) -> None:
    answer = visit(None).client.get("/board/screen")
    assert (answer.status_code, answer.headers["Refresh"]) == (200, "60")
    assert f"{sold // 100}"[:3] in answer.text.replace(",", "")


@pytest.mark.parametrize("year", ["1999", "3000", "x", "２０２６"])
def test_a_year_that_cannot_be_meant_is_this_one(sold: int, visit: Visit, year: str) -> None:
    data = json.loads(visit(None).see(f"/board/data.json?year={year}"))
    assert (data["year"], data["amount_fen"]) == (2026, sold)
