"""What a person may not see answers 404; what they may see but not do, 403."""

import pytest

from marketplace.units.commands import NewCentre, create_centre
from tests.api.conftest import CallAs, Caller, wish
from tests.county import County

REASON = {"reason": "不需要了"}
PARCEL = {"carrier": "中国邮政", "tracking": "1"}
RECEIPT = {"received_fen": 1, "received_on": "2026-11-23", "reference": "1"}
BACK = {"amount_fen": 1, "reason": "发霉"}


@pytest.fixture
def placed(buyer: Caller, call_as: CallAs, county: County) -> dict:
    draft = buyer.must("/purchases", wish(county))
    buyer.must(f"/purchases/{draft['id']}/submit")
    return call_as(county.approver).must(f"/purchases/{draft['id']}/approve")


@pytest.fixture
def paths(placed: dict, buyer: Caller, county: County) -> dict[str, object]:
    """Every call about the unit's things, with a body that could be right."""
    purchase, order = placed["id"], placed["orders"][0]["id"]
    line = placed["orders"][0]["lines"][0]["id"]
    method = {"method": "bank_transfer"}
    payment = buyer.must(f"/purchases/{purchase}/payments", method)["id"]
    return {
        f"/purchases/{purchase}": None,
        f"/purchases/{purchase}/submit": {},
        f"/purchases/{purchase}/approve": {},
        f"/purchases/{purchase}/reject": REASON,
        f"/purchases/{purchase}/cancel": REASON,
        f"/purchases/{purchase}/payments": method,
        f"/orders/{order}": None,
        f"/orders/{order}/confirm": {},
        f"/orders/{order}/decline": REASON,
        f"/orders/{order}/ship": PARCEL,
        f"/orders/{order}/receive": {},
        f"/orders/{order}/accept": {"lines": [{"line_id": line, "accepted": 1}]},
        f"/orders/{order}/cancel": REASON,
        f"/orders/{order}/refunds": BACK,
        f"/payments/{payment}/confirm": RECEIPT,
        f"/units/{county.unit_id}/quota": None,
        f"/producers/{county.producer_id}/statement?period=2026-11": None,
    }


def answers(caller: Caller, paths: dict) -> dict[str, int]:
    return {
        path: (caller("GET", path) if body is None else caller.post(path, body)).status_code
        for path, body in paths.items()
    }


@pytest.mark.parametrize("who", ["stranger", "shopper", "other_clerk"])
def test_what_is_anothers_is_not_there(call_as: CallAs, county: County, paths, who):
    found = answers(call_as(getattr(county, who)), paths)
    assert found == dict.fromkeys(paths, 404)


def test_without_a_token_everything_is_401(stranger: Caller, paths):
    assert answers(stranger, paths) == dict.fromkeys(paths, 401)


def test_lists_hold_only_what_one_may_see(call_as: CallAs, county: County, placed):
    for who, seen in (("buyer", 1), ("approver", 1), ("clerk", 1), ("stranger", 0)):
        caller = call_as(getattr(county, who))
        assert caller.get("/orders").json["total"] == seen, who
        assert caller.get("/purchases").json["total"] == seen, who


def test_units_are_ones_own_and_all_of_them_for_the_centre(call_as: CallAs, county: County):
    assert [unit["id"] for unit in call_as(county.buyer).get("/units").json["items"]] == [
        county.unit_id
    ]
    assert call_as(county.shopper).get("/units").json["total"] == 0
    assert call_as(county.auditor).get("/units").json["total"] == 2


@pytest.mark.parametrize(
    ("who", "step", "body"),
    [
        ("buyer", "purchases/{purchase}/approve", {}),
        ("finance", "purchases/{purchase}/reject", REASON),
        ("auditor", "purchases/{purchase}/cancel", REASON),
        ("buyer", "orders/{order}/confirm", {}),
        ("buyer", "orders/{order}/ship", PARCEL),
        ("clerk", "orders/{order}/receive", {}),
        ("auditor", "orders/{order}/decline", REASON),
    ],
)
def test_what_one_sees_but_may_not_do_is_403(
    call_as: CallAs, county: County, placed: dict, who, step, body
):
    path = step.format(purchase=placed["id"], order=placed["orders"][0]["id"])
    answer = call_as(getattr(county, who)).post(f"/{path}", body)
    assert answer.status_code == 403, answer.text


def test_money_is_confirmed_by_the_centres_cashier_alone(
    call_as: CallAs, county: County, paths: dict
):
    (path,) = (path for path in paths if path.startswith("/payments/"))
    for who in ("buyer", "approver", "auditor", "clerk"):
        assert call_as(getattr(county, who)).post(path, RECEIPT).status_code == 403, who
    assert call_as(county.cashier).post(path, RECEIPT).status_code == 200


def test_books_are_proved_for_the_centre_alone(call_as: CallAs, county: County):
    assert call_as(county.auditor).get("/reconciliation").status_code == 200
    assert call_as(county.buyer).get("/reconciliation").status_code == 403


def test_a_purchase_for_a_unit_that_is_not_ones_own_is_404_and_without_the_role_403(
    call_as: CallAs, county: County
):
    assert call_as(county.stranger).post("/purchases", wish(county)).status_code == 404
    assert call_as(county.approver).post("/purchases", wish(county)).status_code == 403


def test_the_buyer_may_not_approve_their_own(call_as: CallAs, county: County, session):
    from marketplace.accounts.commands import Grant, grant
    from tests.county import START

    role = Grant(county.buyer.person_id, "UNIT", county.unit_id, "APPROVER")
    grant(session, role, START, actor_id=None)
    session.commit()
    both = call_as(county.buyer)
    draft = both.must("/purchases", wish(county))
    both.must(f"/purchases/{draft['id']}/submit")
    answer = both.post(f"/purchases/{draft['id']}/approve")
    assert (answer.status_code, answer.json["code"]) == (403, "approval.own_purchase")


@pytest.mark.parametrize("named", ["payment:abc", "order:1x", "village:abc", "unit:", "payment:9"])
def test_the_trail_of_nothing_is_no_fault_of_ours(call_as, session, county, named):
    """Of an official who looks after one county it is asked in which one the thing lies."""
    create_centre(session, NewCentre("邻县中心", "420322", "", "", ""))
    answer = call_as(county.auditor)("GET", f"/audit?object={named}")
    assert answer.status_code in (404, 422)
