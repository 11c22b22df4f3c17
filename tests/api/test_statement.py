"""A host's statement over the API: every entry with its order, the reason, and its state."""

import pytest
from sqlalchemy import select

from marketplace.commission.models import CommissionEntry
from tests.api.conftest import CallAs, Caller, fields_of
from tests.commission.november import Sold, sold_in_november
from tests.commission.road import bought
from tests.commission.settling import frozen, given_back, host, paid_out
from tests.county import START, County

PATH = "/hosts/me/statement"


@pytest.fixture
def sold(session, county: County) -> Sold:
    return sold_in_november(session, county)


@pytest.fixture
def mine(call_as: CallAs, sold: Sold) -> Caller:
    return call_as(sold.first.host)


def test_every_entry_has_its_order_reason_and_state(session, mine: Caller, sold: Sold):
    answer = mine.get(PATH, period="2026-11").json
    (entry,) = answer["entries"]
    assert entry["order"] == sold.number
    assert entry["order_id"] == sold.order.id
    assert entry["state"] == "ESTIMATED"
    assert entry["reason"].startswith("最后一次点开的是「云霞说山货」")
    # Half of 3,841.80 yuan, less the agency's thirty per cent.
    assert (entry["base_fen"], entry["rate_ppm"], entry["amount_fen"]) == (
        384_180,
        500_000,
        134_463,
    )
    assert entry["entry_id"] == session.scalars(select(CommissionEntry.id)).one()
    assert answer["sums"] == [{"state": "ESTIMATED", "lines": 1, "amount_fen": 134_463}]
    assert (answer["total_fen"], answer["balance_fen"]) == (134_463, 134_463)
    assert answer["settlement"] is None
    assert "王芳" not in str(answer)


def test_the_reason_comes_in_the_language_that_was_chosen(mine: Caller):
    with mine.client.session_transaction() as cookie:
        cookie["locale"] = "en"
    answer = mine.get(PATH).json
    assert answer["entries"][0]["reason"].startswith("The last link followed was that of")


def test_states_follow_the_order_to_the_end(session, county, clock, mine: Caller, sold: Sold):
    def states():
        session.commit()
        entries = mine.get(PATH, period="2026-11").json["entries"]
        return [entry["state"] for entry in reversed(entries)]

    bought(session, county, (county.mushrooms, 1), code=sold.first.host_id)
    assert states() == ["PENDING", "ESTIMATED"]
    clock.advance(days=12)
    assert states() == ["PENDING", "PAYABLE"]
    frozen(session, county, host(sold.first.host_id))
    paid_out(session, county)
    assert states() == ["PENDING", "SETTLED"]
    settlement = mine.get(PATH, period="2026-11").json["settlement"]
    assert (settlement["closing_fen"], settlement["tax_fen"]) == (134_463, 10_893)
    assert (settlement["net_fen"], settlement["payout_state"]) == (123_570, "PAID")
    assert mine.get(PATH, period="2026-12").json["balance_fen"] == 0


def test_what_was_given_back_whole_is_void_and_sums_to_nothing(
    session, county, mine: Caller, sold: Sold
):
    given_back(session, county, sold.order.id, 60)
    session.commit()
    answer = mine.get(PATH, period="2026-11").json
    assert {entry["state"] for entry in answer["entries"]} == {"VOIDED"}
    assert answer["sums"] == [{"state": "VOIDED", "lines": 2, "amount_fen": 0}]
    assert (answer["total_fen"], answer["balance_fen"]) == (0, 0)


def test_entries_come_in_pages_that_sum_to_the_month(session, county, mine: Caller, sold: Sold):
    for _ in range(3):
        given_back(session, county, sold.order.id, 1)
    session.commit()
    pages = [mine.get(PATH, period="2026-11", per_page=3, page=page).json for page in (1, 2)]
    amounts = [entry["amount_fen"] for page in pages for entry in page["entries"]]
    assert [len(page["entries"]) for page in pages] == [3, 1]
    assert sum(amounts) == pages[0]["total_fen"]
    assert pages[0]["total"] == 4


def test_a_month_is_this_one_unless_another_is_named(mine: Caller):
    assert mine.get(PATH).json["period"] == f"{START:%Y-%m}"
    assert mine.get(PATH, period="2025-01").json["entries"] == []


@pytest.mark.parametrize(
    "wrong", ["", "2026", "2026-13", "26-11", "2026-11-01", "２０２６-11", "x" * 10_000, "a\x00b"]
)
def test_no_month_is_refused_by_name(mine: Caller, wrong):
    answer = mine.get(PATH, period=wrong)
    assert (answer.status_code, fields_of(answer)) == (422, ["period"])


def test_only_hosts_have_one(call_as: CallAs, county: County, sold: Sold, stranger: Caller):
    for other in (county.shopper, county.buyer, county.cashier, sold.clerk):
        assert call_as(other).get(PATH).status_code == 403
    assert stranger.get(PATH).status_code == 401
    assert call_as(sold.second.host).get(PATH, period="2026-11").json["entries"] == []
