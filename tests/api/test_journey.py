"""The whole road by API alone, from the draft to the quota, the village and the books."""

import pytest

from tests.api.conftest import CallAs, Caller, wish
from tests.county import HUIGOU, YUNCAI, County


@pytest.fixture
def approver(call_as: CallAs, county: County) -> Caller:
    return call_as(county.approver)


@pytest.fixture
def clerk(call_as: CallAs, county: County) -> Caller:
    return call_as(county.clerk)


@pytest.fixture
def cashier(call_as: CallAs, county: County) -> Caller:
    return call_as(county.cashier)


@pytest.fixture
def placed(buyer: Caller, approver: Caller, county: County) -> dict:
    """A purchase of twenty packs of mushrooms, approved."""
    purchase = buyer.must("/purchases", wish(county))
    assert purchase["state"] == "DRAFT"
    assert buyer.must(f"/purchases/{purchase['id']}/submit")["state"] == "IN_APPROVAL"
    return approver.must(f"/purchases/{purchase['id']}/approve")


def deliver(placed: dict, clerk: Caller, buyer: Caller, approver: Caller) -> dict:
    """Confirmed, shipped, received, and 18 of 20 packs accepted."""
    (order,) = placed["orders"]
    (line,) = order["lines"]
    path = f"/orders/{order['id']}"
    assert clerk.must(f"{path}/confirm")["state"] == "CONFIRMED"
    parcel = {"carrier": "中国邮政", "tracking": "9876543210123"}
    assert clerk.must(f"{path}/ship", parcel)["shipment"] == "SHIPPED"
    assert buyer.must(f"{path}/receive")["state"] == "RECEIVED"
    verdict = {"line_id": line["id"], "accepted": 18, "rejected": 2, "reason": "受潮"}
    return approver.must(f"{path}/accept", {"lines": [verdict]})


def pay(placed: dict, buyer: Caller, cashier: Caller) -> dict:
    payment = buyer.must(f"/purchases/{placed['id']}/payments", {"method": "bank_transfer"})
    receipt = {
        "received_fen": payment["amount_fen"],
        "received_on": "2026-11-23",
        "reference": "20261123-0001",
    }
    return cashier.must(f"/payments/{payment['id']}/confirm", receipt)


@pytest.fixture
def completed(placed, clerk, buyer, approver, cashier) -> dict:
    deliver(placed, clerk, buyer, approver)
    pay(placed, buyer, cashier)
    return buyer.get(f"/orders/{placed['orders'][0]['id']}").json


def test_an_approved_purchase_is_placed_with_one_order_per_producer(placed, county):
    assert placed["state"] == "PLACED"
    (order,) = placed["orders"]
    assert order["producer"] == {"id": county.producer_id, "name": "会沟村食用菌合作社"}
    assert placed["total_fen"] == placed["freight_fen"] + 20 * 6_403


def test_an_order_says_what_it_still_waits_for(placed, clerk, buyer, approver):
    order = deliver(placed, clerk, buyer, approver)
    assert order["state"] == "ACCEPTED"
    assert order["counting"] == {"counts": False, "missing": ["payment"], "counted_fen": 0}


def test_accepted_and_paid_it_completes_and_counts(completed):
    assert completed["state"] == "COMPLETED"
    assert completed["payment"] == "PAID"
    assert completed["counting"] == {"counts": True, "missing": [], "counted_fen": 18 * 6_403}
    kinds = [event["kind"] for event in completed["events"]]
    assert {"PLACED", "CONFIRMED", "SHIPPED", "RECEIVED", "ACCEPTED", "COMPLETED"} <= set(kinds)


def test_a_payment_keeps_what_arrived(placed, clerk, buyer, approver, cashier):
    deliver(placed, clerk, buyer, approver)
    payment = pay(placed, buyer, cashier)
    assert payment["state"] == "RECEIVED"
    assert payment["received_fen"] == payment["amount_fen"] == 18 * 6_403
    assert payment["received_on"] == "2026-11-23"
    assert len(payment["remittance_code"]) == 8


def test_the_quota_moves_by_what_was_accepted(completed, buyer, county):
    quota = buyer.get(f"/units/{county.unit_id}/quota", year=2026).json
    (rule,) = quota["rules"]
    assert (quota["year"], quota["headcount"]) == (2026, 100)
    assert (rule["target_fen"], rule["counted_fen"]) == (5_000_000, 18 * 6_403)
    assert rule["gap_fen"] == 5_000_000 - 18 * 6_403
    (entry,) = quota["entries"]
    assert (entry["amount_fen"], entry["order_id"]) == (18 * 6_403, completed["id"])


def test_villages_township_and_county_agree_to_the_fen(completed, stranger):
    sold = 18 * 6_403
    shares = {}
    for code in (HUIGOU, YUNCAI):
        village = stranger.get(f"/villages/{code}/sales").json
        shares[code] = village["amount_fen"]
        for part in ("products", "producers", "months"):
            assert sum(each["amount_fen"] for each in village[part]) == village["amount_fen"]
        township = stranger.get(f"/townships/{code[:9]}000/sales").json
        assert township["amount_fen"] == village["amount_fen"]
    assert sum(shares.values()) == sold
    county = stranger.get("/county/summary", year=2026).json
    assert county["amount_fen"] == sold
    for part in ("townships", "villages", "producers", "products", "channels", "months"):
        assert sum(each["amount_fen"] for each in county[part]) == sold, part
    assert stranger.get("/county/summary", year=2025).json["amount_fen"] == 0


def test_a_village_is_added_up_between_two_days(completed, stranger):
    path = f"/villages/{HUIGOU}/sales"
    whole = stranger.get(path).json
    today = {"from": "2026-11-23", "to": "2026-11-23"}
    assert stranger("GET", path, query_string=today).json == whole
    assert stranger("GET", path, query_string={"to": "2026-11-22"}).json["amount_fen"] == 0
    swapped = {"from": "2026-11-23", "to": "2026-11-22"}
    assert stranger("GET", path, query_string=swapped).status_code == 422


def test_a_refund_takes_back_what_had_counted(completed, buyer, clerk, county):
    line = completed["lines"][0]["id"]
    body = {"lines": [{"line_id": line, "quantity": 3}], "reason": "发霉"}
    refund = buyer.must(f"/orders/{completed['id']}/refunds", body)
    assert (refund["state"], refund["amount_fen"]) == ("REQUESTED", 3 * 6_403)
    assert clerk.must(f"/refunds/{refund['id']}/approve")["state"] == "DONE"
    quota = buyer.get(f"/units/{county.unit_id}/quota").json
    assert quota["rules"][0]["counted_fen"] == 15 * 6_403
    order = buyer.get(f"/orders/{completed['id']}").json
    assert order["counting"]["counted_fen"] == 15 * 6_403
    assert [each["id"] for each in order["refunds"]] == [refund["id"]]


def test_more_than_was_paid_is_not_refunded(completed, buyer):
    body = {"amount_fen": 18 * 6_403 + 1, "reason": "发霉"}
    answer = buyer.post(f"/orders/{completed['id']}/refunds", body)
    assert (answer.status_code, answer.json["code"]) == (422, "refund.too_much")


def test_the_statement_says_what_the_producer_is_owed(completed, clerk, call_as, county):
    path = f"/producers/{county.producer_id}/statement"
    statement = clerk.get(path, period="2026-11").json
    assert statement["total_fen"] == statement["balance_fen"] == 18 * 6_403
    assert [entry["order_id"] for entry in statement["entries"]] == [completed["id"]]
    assert clerk.get(path, period="2026-10").json["entries"] == []
    assert call_as(county.other_clerk).get(path, period="2026-11").status_code == 404
    assert call_as(county.auditor).get(path, period="2026-11").json == statement


def test_the_books_agree_and_the_trail_tells_how(completed, call_as, buyer, county):
    auditor = call_as(county.auditor)
    assert auditor.get("/reconciliation").json == {"agrees": True, "breaks": []}
    trail = auditor.get("/audit", object=f"order:{completed['id']}").json
    assert trail["object"] == f"order:{completed['id']}"
    assert trail["items"]
    assert buyer.get("/audit", object=f"order:{completed['id']}").json == trail
    assert buyer.get("/audit", object=f"unit:{county.unit_id}").status_code == 404


def test_a_second_identical_step_answers_with_the_present_object(placed, approver):
    again = approver.post(f"/purchases/{placed['id']}/approve")
    assert (again.status_code, again.json) == (200, placed)


def test_a_wrong_step_names_the_present_state(placed, clerk):
    path = f"/orders/{placed['orders'][0]['id']}/ship"
    answer = clerk.post(path, {"carrier": "中国邮政", "tracking": "1"})
    assert (answer.status_code, answer.json["code"]) == (409, "order.wrong_state")
    assert "PLACED" in answer.json["detail"]


def test_stock_that_is_not_there_is_refused_with_what_is(buyer, approver, county):
    purchase = buyer.must("/purchases", wish(county, packs=1_001))
    buyer.must(f"/purchases/{purchase['id']}/submit")
    answer = approver.post(f"/purchases/{purchase['id']}/approve")
    assert (answer.status_code, answer.json["code"]) == (409, "stock.insufficient")
    assert "椴木香菇" in answer.json["detail"]
    assert "1000" in answer.json["detail"]


def test_a_draft_is_changed_and_cancelled(buyer, county):
    purchase = buyer.must("/purchases", wish(county))
    line = {"variant_id": county.noodles.variant_id, "quantity": 2}
    path = f"/purchases/{purchase['id']}"
    changed = buyer("PATCH", path, json={"lines": [line], "note": "急"}).json
    assert changed["note"] == "急"
    assert [order["producer"]["id"] for order in changed["orders"]] == [county.other_producer_id]
    assert buyer.must(f"{path}/cancel", {"reason": "重复了"})["state"] == "CANCELLED"
    assert buyer.get("/purchases", state="CANCELLED").json["total"] == 1


def test_retail_is_placed_at_submission(call_as, county):
    shopper = call_as(county.shopper)
    body = wish(county, unit_id=None, fund="INDIVIDUAL", payment_terms="PREPAY")
    purchase = shopper.must("/purchases", body)
    placed = shopper.must(f"/purchases/{purchase['id']}/submit")
    assert placed["state"] == "PLACED"
    assert placed["expires_at"] == "2026-11-23T04:30:00Z"
