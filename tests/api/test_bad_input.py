"""Whatever a program sends that cannot be is refused, and every wrong field is named."""

import json
from typing import Any

import pytest

from tests.api.conftest import Caller, fields_of, wish
from tests.county import County

HUGE = 2**63

WRONG_NUMBERS = [
    1.5,
    1e9,
    -1,
    0,
    "3",
    "３",
    True,
    None,
    [],
    {},
    HUGE,
    10**30,
]


def line(variant_id: Any, quantity: Any) -> dict[str, Any]:
    return {"variant_id": variant_id, "quantity": quantity}


@pytest.mark.parametrize("wrong", WRONG_NUMBERS, ids=repr)
@pytest.mark.parametrize("name", ["variant_id", "quantity"])
def test_a_number_is_a_json_integer_in_range(buyer: Caller, county: County, name, wrong):
    good = line(county.mushrooms.variant_id, 3)
    answer = buyer.post("/purchases", wish(county, lines=[good, {**good, name: wrong}]))
    assert (answer.status_code, answer.json["code"]) == (422, "input.invalid")
    assert fields_of(answer) == [f"lines.1.{name}"]
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    "wrong",
    ["", "   ", "a" * 10_000, "a\x00b", "\x1b[31m", "\ud800", 7, None, [], {}, True],
    ids=lambda wrong: repr(wrong)[:20],
)
@pytest.mark.parametrize("name", ["name", "phone", "address"])
def test_words_are_words_that_fit(buyer: Caller, county: County, name, wrong):
    body = wish(county)
    body["consignee"] = {**body["consignee"], name: wrong}
    answer = buyer("POST", "/purchases", data=json.dumps(body), content_type="application/json")
    assert answer.status_code == 422
    assert fields_of(answer) == [f"consignee.{name}"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"unit_id": "1"}, "unit_id"),
        ({"unit_id": True}, "unit_id"),
        ({"unit_id": HUGE}, "unit_id"),
        ({"fund": "LOTTERY"}, "fund"),
        ({"fund": []}, "fund"),
        ({"payment_terms": None}, "payment_terms"),
        ({"lines": []}, "lines"),
        ({"lines": "all"}, "lines"),
        ({"lines": {}}, "lines"),
        ({"lines": [7]}, "lines.0"),
        ({"lines": [None]}, "lines.0"),
        ({"lines": [line(1, 1)] * 501}, "lines"),
        ({"consignee": "王芳"}, "consignee"),
        ({"consignee": None}, "consignee"),
        ({"note": "a" * 501}, "note"),
        ({"host_code": "nobody"}, "host_code"),
        ({"price_fen": 1}, "price_fen"),
        ({"\ud800\x00" + "a" * 200: 1}, "\ufffd\ufffd" + "a" * 78),
    ],
    ids=lambda change: repr(change)[:40],
)
def test_each_wrong_field_is_named(buyer: Caller, county: County, change, field):
    body = json.dumps(wish(county, **change))
    answer = buyer("POST", "/purchases", data=body, content_type="application/json")
    assert answer.status_code == 422, answer.text
    assert fields_of(answer) == [field]


def test_everything_that_is_wrong_is_named_at_once(buyer: Caller):
    answer = buyer.post("/purchases", {"lines": [{"quantity": 0}], "colour": "red"})
    assert set(fields_of(answer)) == {
        "unit_id",
        "fund",
        "payment_terms",
        "consignee",
        "colour",
        "lines.0.variant_id",
        "lines.0.quantity",
    }


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"\xff\xfe\x00", 400),
        (b"nonsense", 400),
        (b"NaN", 400),
        (b"[" * 100_000, 400),
        (b"9" * 5_000, 400),
        (b'{"unit_id": 1e999}', 422),
        (b"[]", 422),
        (b"7", 422),
        (b"null", 422),
        (b'"text"', 422),
        (b'{"fund": "UNION", "fund": "UNION"}', 422),
    ],
    ids=lambda body: repr(body)[:30],
)
def test_a_body_that_is_no_json_object_is_refused(buyer: Caller, body, status):
    answer = buyer("POST", "/purchases", data=body, content_type="application/json")
    assert answer.status_code == status, answer.text
    assert fields_of(answer)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "image/png"])
def test_another_content_type_is_refused(buyer: Caller, county: County, kind):
    answer = buyer("POST", "/purchases", data=json.dumps(wish(county)), content_type=kind)
    assert (answer.status_code, answer.json["code"]) == (415, "input.content_type")
    assert fields_of(answer) == ["Content-Type"]


def test_a_body_above_a_megabyte_is_refused(buyer: Caller):
    body = json.dumps({"note": "a" * 1_100_000})
    answer = buyer("POST", "/purchases", data=body, content_type="application/json")
    assert (answer.status_code, answer.json["code"]) == (413, "http.413")


def test_a_sum_above_what_one_purchase_may_hold_is_refused(buyer: Caller, county: County):
    answer = buyer.post("/purchases", wish(county, packs=1_000_000) | {"note": "很多"})
    assert answer.status_code in (201, 422)
    many = [line(county.mushrooms.variant_id, 1_000_000)] * 2
    assert buyer.post("/purchases", wish(county, lines=many)).status_code == 422


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("/purchases", "page=0", "page"),
        ("/purchases", "page=-1", "page"),
        ("/purchases", "page=1.5", "page"),
        ("/purchases", "page=two", "page"),
        ("/purchases", "page=", "page"),
        ("/purchases", "page=%00", "page"),
        ("/purchases", f"page={HUGE}", "page"),
        ("/purchases", "per_page=0", "per_page"),
        ("/purchases", "per_page=101", "per_page"),
        ("/purchases", "state=LOST", "state"),
        ("/orders", "colour=red", "colour"),
        ("/orders", f"unit={HUGE}", "unit"),
        ("/units", "per_page=1000", "per_page"),
        ("/audit", "", "object"),
        ("/audit", "object=purchase", "object"),
        ("/audit", "object=purchase%3A%00", "object"),
    ],
)
def test_nonsense_in_an_address_is_named(buyer: Caller, path, query, field):
    answer = buyer("GET", path, query_string=query)
    assert answer.status_code == 422, answer.text
    assert fields_of(answer) == [field]


@pytest.mark.parametrize(
    "path",
    [
        "/orders/0",
        "/orders/-1",
        f"/orders/{HUGE}",
        "/orders/" + "9" * 400,
        "/orders/1.5",
        "/orders/%00",
        "/orders/９",
        "/purchases/9223372036854775807",
        "/villages/4203/sales",
        "/villages/%00/sales",
        "/villages/999999999999/sales",
        "/nowhere",
    ],
)
def test_an_address_of_nothing_is_404(buyer: Caller, path):
    answer = buyer.get(path)
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize("number", ["0", "9223372036854775808", "9" * 400, "007"])
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/purchases/{}"), ("PATCH", "/purchases/{}"), ("PATCH", "/products/{}")],
)
def test_an_address_of_two_methods_is_404_by_both(buyer: Caller, method, path, number):
    answer = buyer(method, path.format(number), json={})
    assert (answer.status_code, answer.json["code"]) == (404, "http.404")


@pytest.mark.parametrize("key", ["9" * 19, "0" * 25 + "9" * 30, "9" * 70])
@pytest.mark.parametrize("kind", ["order", "purchase", "payment"])
def test_a_trail_of_what_cannot_be_is_404(call_as, county: County, kind, key):
    for identity, status in ((county.buyer, 404), (county.auditor, 200)):
        asked = call_as(identity).get("/audit", object=f"{kind}:{key}")
        assert asked.status_code == status


def test_json_that_nests_without_end_is_refused_of_officials_too(call_as, county: County):
    """Their body is read once more before: to see of which county it speaks."""
    operator = call_as(county.operator)
    answer = operator("POST", "/purchases", data="[" * 9_000, content_type="application/json")
    assert (answer.status_code, answer.json["code"]) == (400, "input.not_json")


def test_every_401_says_how_to_prove_oneself(stranger: Caller):
    wrong = stranger.post("/tokens", {"username": "buyer@test", "password": "wrong"})
    assert (wrong.status_code, wrong.json["code"]) == (401, "login.wrong")
    for answer in (wrong, stranger.get("/me")):
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


def test_a_method_that_an_address_does_not_have_is_405(buyer: Caller):
    answer = buyer("DELETE", "/purchases")
    assert (answer.status_code, answer.json["code"]) == (405, "http.405")
    assert set(answer.headers["Allow"].split(", ")) >= {"GET", "POST"}


@pytest.mark.parametrize("day", ["23.11.2026", "2026-02-30", "20261123", "9999-12-31", "", 7, None])
def test_a_day_is_a_day_of_this_century(call_as, county: County, day):
    batch = {
        "variant_id": county.mushrooms.variant_id,
        "code": "NEW-1",
        "produced_on": day,
        "shelf_life_days": 36_500,
        "quantity": 5,
        "origin": [{"village_code": "420304106200", "share_ppm": 1_000_000}],
    }
    path = f"/products/{county.mushrooms.product_id}/batches"
    assert fields_of(call_as(county.clerk).post(path, batch)) == ["produced_on"]


@pytest.mark.parametrize(
    "body",
    [
        {"reason": "发霉"},
        {"reason": "发霉", "amount_fen": 1, "lines": [{"line_id": 1, "quantity": 1}]},
    ],
)
def test_a_refund_names_lines_or_an_amount(buyer: Caller, body):
    answer = buyer.post("/orders/1/refunds", body)
    assert (answer.status_code, fields_of(answer)) == (422, ["amount_fen"])
