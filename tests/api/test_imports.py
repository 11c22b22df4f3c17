"""Programs that hand in a table of goods."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Product
from marketplace.web.downloads import XLSX
from tests.api.conftest import CallAs, Caller, fields_of
from tests.county import County
from tests.listing.tables import GOOD, OTHER, csv, row, xlsx

BAD = row(sku="A-9", name="坏", price="abc")


@pytest.fixture
def clerk(call_as: CallAs, county: County) -> Caller:
    return call_as(county.clerk)


def hand_in(
    caller: Caller, county: County, content: bytes, kind: str = "text/csv", **query: Any
) -> Any:
    path = f"/producers/{county.producer_id}/imports"
    headers = {"Idempotency-Key": query.pop("key")} if "key" in query else {}
    how = {"data": content, "content_type": kind, "query_string": query, "headers": headers}
    return caller("POST", path, **how)


def products(session: Session) -> int:
    session.rollback()
    count = session.scalar(select(func.count()).select_from(Product)) or 0
    session.rollback()
    return count


def test_a_dry_run_judges_every_row_and_writes_nothing(
    clerk: Caller, county: County, session: Session
) -> None:
    before = products(session)
    answer = hand_in(clerk, county, xlsx(GOOD, BAD), XLSX, dry_run="true")
    assert answer.status_code == 200
    assert answer.json["written"] is False
    good, bad = answer.json["rows"]
    assert good == {"row": 3, "verdict": "new", "column": None, "message": "新增"}
    assert (bad["row"], bad["verdict"], bad["column"]) == (4, "bad", "price")
    assert products(session) == before


def test_the_same_table_twice_changes_nothing(
    clerk: Caller, county: County, session: Session
) -> None:
    first = hand_in(clerk, county, csv(GOOD, OTHER)).json
    after = products(session)
    second = hand_in(clerk, county, csv(GOOD, OTHER)).json
    assert (first["counts"]["new"], second["counts"]["same"]) == (2, 2)
    assert products(session) == after


def test_a_bad_row_stops_all_unless_the_good_ones_are_wanted(
    clerk: Caller, county: County, session: Session
) -> None:
    before = products(session)
    answer = hand_in(clerk, county, csv(GOOD, BAD))
    assert (answer.status_code, answer.json["code"]) == (422, "import.rows_refused")
    assert fields_of(answer) == ["rows.4.price"]
    assert products(session) == before
    some = hand_in(clerk, county, csv(GOOD, BAD), rows="good").json
    assert (some["written"], some["counts"]["new"], some["counts"]["bad"]) == (True, 1, 1)
    assert products(session) == before + 1


def test_a_table_under_the_same_key_is_answered_the_same(clerk: Caller, county: County) -> None:
    first, second = (hand_in(clerk, county, csv(GOOD), key="k").json for _ in range(2))
    assert first == second
    other = hand_in(clerk, county, csv(OTHER), key="k")
    assert other.json["code"] == "idempotency.mismatch"


def test_a_table_may_come_as_the_field_of_a_form(clerk: Caller, county: County) -> None:
    from io import BytesIO

    path = f"/producers/{county.producer_id}/imports?dry_run=true"
    answer = clerk("POST", path, data={"file": (BytesIO(csv(GOOD)), "货.csv")})
    assert answer.json["counts"]["new"] == 1


def test_only_the_producers_own_people_import(
    clerk: Caller, call_as: CallAs, county: County
) -> None:
    assert hand_in(call_as(county.other_clerk), county, csv(GOOD)).status_code == 404
    assert hand_in(call_as(county.operator), county, csv(GOOD)).status_code == 404


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "input.invalid"),
        (b"\x00\x01", "input.invalid"),
        (b"{}", "import.wrong_template"),
        (csv(), "input.invalid"),
    ],
)
def test_what_is_no_table_is_refused(
    clerk: Caller, county: County, content: bytes, code: str
) -> None:
    answer = hand_in(clerk, county, content, name="goods.csv")
    assert (answer.status_code, answer.json["code"]) == (422, code)


def test_a_table_of_a_hundred_million_bytes_is_too_large(clerk: Caller, county: County) -> None:
    assert hand_in(clerk, county, bytes(6 * 1024 * 1024)).status_code == 413
