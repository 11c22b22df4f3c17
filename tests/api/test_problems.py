"""What a refusal tells a program besides words: which field, in which state, how much is left."""

import json
from io import BytesIO

import pytest
from flask import Flask

from tests.api.conftest import CallAs, Caller, fields_of, wish
from tests.county import HUIGOU, County


@pytest.fixture
def placed(buyer: Caller, call_as: CallAs, county: County) -> dict:
    purchase = buyer.must("/purchases", wish(county))
    buyer.must(f"/purchases/{purchase['id']}/submit")
    return call_as(county.approver).must(f"/purchases/{purchase['id']}/approve")


def test_every_refusal_lists_its_errors_though_there_be_none(buyer: Caller, stranger: Caller):
    answers = [buyer.get("/orders/999"), buyer("DELETE", "/orders"), stranger.get("/me")]
    assert [answer.json["errors"] for answer in answers] == [[], [], []]


def test_a_wrong_state_is_told_as_a_field(placed: dict, call_as: CallAs, county: County):
    order_id = placed["orders"][0]["id"]
    answer = call_as(county.clerk).post(
        f"/orders/{order_id}/ship", {"carrier": "中国邮政", "tracking": "1"}
    )
    assert (answer.status_code, answer.json["code"]) == (409, "order.wrong_state")
    assert answer.json["state"] == "PLACED"


def test_stock_that_lacks_names_the_variant_and_what_there_is(
    buyer: Caller, call_as: CallAs, county: County
):
    purchase = buyer.must("/purchases", wish(county, packs=1_001))
    buyer.must(f"/purchases/{purchase['id']}/submit")
    answer = call_as(county.approver).post(f"/purchases/{purchase['id']}/approve")
    assert answer.json["code"] == "stock.insufficient"
    assert answer.json["variant_id"] == county.mushrooms.variant_id
    assert answer.json["available"] == 1_000


def test_a_rule_that_a_field_breaks_names_the_field(placed: dict, buyer: Caller, county: County):
    answer = buyer.post(f"/purchases/{placed['id']}/payments", {"method": "stripe"})
    assert answer.json["code"] == "payment.method_not_offered"
    assert answer.json["errors"] == [{"field": "method", "message": answer.json["detail"]}]
    again = {"Idempotency-Key": "one"}
    buyer("POST", "/purchases", json=wish(county), headers=again)
    other = buyer("POST", "/purchases", json=wish(county, packs=3), headers=again)
    assert fields_of(other) == ["Idempotency-Key"]


@pytest.mark.parametrize(
    ("origin", "field"),
    [
        ([(HUIGOU, 999_999)], "origin"),
        ([(HUIGOU, 500_000), ("429999999999", 500_000)], "origin.1.village_code"),
    ],
)
def test_an_origin_that_cannot_be_names_its_field(call_as, county: County, origin, field):
    answer = call_as(county.clerk).post(*batch(county, origin))
    assert (answer.status_code, fields_of(answer)) == (422, [field])


def test_a_village_named_twice_is_not_told_that_the_sum_is_wrong(call_as, county: County):
    answer = call_as(county.clerk).post(*batch(county, [(HUIGOU, 500_000)] * 2))
    assert (answer.status_code, fields_of(answer)) == (422, ["origin"])
    assert "1,000,000" not in answer.json["detail"]


def batch(county: County, origin: list[tuple[str, int]]) -> tuple[str, dict]:
    body = {
        "variant_id": county.mushrooms.variant_id,
        "code": "NEW-1",
        "produced_on": "2026-11-01",
        "shelf_life_days": 365,
        "quantity": 5,
        "origin": [{"village_code": code, "share_ppm": share} for code, share in origin],
    }
    return f"/products/{county.mushrooms.product_id}/batches", body


@pytest.mark.parametrize("wrong", ["true", 1, None, []])
def test_a_flag_is_true_or_false_and_told_in_our_words(call_as, county: County, wrong):
    pack = {"name": "一斤", "price_fen": 100, "pack_grams": 500, "is_on_sale": wrong}
    goods = {"category": "shiitake", "name": "花菇", "village": HUIGOU, "packs": [pack]}
    answer = call_as(county.clerk).post(f"/producers/{county.producer_id}/products", goods)
    (told,) = answer.json["errors"]
    assert (answer.status_code, told["field"]) == (422, "packs.0.is_on_sale")
    assert not told["message"].isascii()


def test_a_pack_of_a_change_is_named_once(call_as, county: County):
    clerk, path = call_as(county.clerk), f"/products/{county.mushrooms.product_id}"
    own = {"id": county.mushrooms.variant_id, "name": "500 克", "price_fen": 1, "pack_grams": 500}
    answer = clerk("PATCH", path, json={"packs": [own, {**own, "price_fen": 2}]})
    assert (answer.status_code, fields_of(answer)) == (422, ["packs.1.id"])


def test_an_order_is_cancelled_with_a_reason_or_without(placed: dict, buyer: Caller):
    path = f"/orders/{placed['orders'][0]['id']}"
    answer = buyer.post(f"{path}/cancel")
    assert (answer.status_code, answer.json["state"]) == (200, "CANCELLED")
    assert [one["reason"] for one in answer.json["events"] if one["kind"] == "CANCELLED"] != [""]


def in_pieces(app: Flask, caller: Caller, body: bytes):
    """Sends a body that does not say how long it is."""
    environ = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    return caller.client.post(
        "/api/v1/purchases",
        input_stream=BytesIO(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {caller.token}"},
        environ_overrides=environ,
    )


def test_a_body_that_hides_its_length_is_not_cut_off_and_read(app, buyer: Caller, county: County):
    body = json.dumps(wish(county)).encode()
    assert in_pieces(app, buyer, body).status_code == 201
    answer = in_pieces(app, buyer, body + b" " * 1_100_000)
    assert (answer.status_code, answer.json["code"]) == (413, "http.413")
    assert buyer.get("/purchases").json["total"] == 1


def test_a_packed_body_is_refused_for_being_packed(buyer: Caller, county: County):
    for packed, status in (("gzip", 415), ("br", 415), ("identity", 201)):
        answer = buyer(
            "POST", "/purchases", json=wish(county), headers={"Content-Encoding": packed}
        )
        assert answer.status_code == status
        assert status == 201 or fields_of(answer) == ["Content-Encoding"]


def test_another_method_is_told_which_ones_there_are(buyer: Caller):
    answer = buyer("DELETE", "/purchases")
    assert answer.status_code == 405
    assert "GET" in answer.json["detail"]
    assert "POST" in answer.json["detail"]


def test_whoever_accepts_again_and_says_something_else_is_refused(
    placed: dict, buyer: Caller, call_as: CallAs, county: County
):
    (order,) = placed["orders"]
    path, line_id = f"/orders/{order['id']}", order["lines"][0]["id"]
    clerk, approver = call_as(county.clerk), call_as(county.approver)
    clerk.must(f"{path}/confirm")
    clerk.must(f"{path}/ship", {"carrier": "中国邮政", "tracking": "1"})
    buyer.must(f"{path}/receive")
    verdict = {"lines": [{"line_id": line_id, "accepted": 19, "rejected": 1, "reason": "受潮"}]}
    approver.must(f"{path}/accept", verdict)
    assert approver.must(f"{path}/accept", verdict)["state"] == "ACCEPTED"
    other = approver.post(f"{path}/accept", {"lines": [{"line_id": line_id, "accepted": 20}]})
    assert (other.status_code, other.json["code"]) == (409, "order.wrong_state")


def test_a_parcel_that_left_does_not_swallow_other_goods(placed: dict, call_as, county: County):
    (order,) = placed["orders"]
    path, line_id = f"/orders/{order['id']}", order["lines"][0]["id"]
    clerk = call_as(county.clerk)
    clerk.must(f"{path}/confirm")
    parcel = {"carrier": "中国邮政", "tracking": "1"}
    some = {**parcel, "lines": [{"line_id": line_id, "quantity": 5}]}
    clerk.must(f"{path}/ship", some)
    assert clerk.must(f"{path}/ship", some)["shipment"] == "PART"
    more = clerk.post(f"{path}/ship", {**parcel, "lines": [{"line_id": line_id, "quantity": 15}]})
    assert (more.status_code, more.json["code"]) == (409, "shipment.tracking_used")
    assert fields_of(more) == ["tracking"]
