"""A host's program: a session planned with its products and links, started and ended."""

from datetime import timedelta
from typing import Any

import pytest

from marketplace.livestream.rules.links import is_signed
from tests.api.conftest import CallAs, Caller, fields_of
from tests.county import START, County
from tests.livestream.planning import offered
from tests.livestream.sessions import KEY, a_host

EVENING = "2026-11-23T04:20:00Z"


@pytest.fixture
def host(session, county, call_as: CallAs) -> Caller:
    _, identity = a_host(session)
    offered(session, county)
    return call_as(identity)


def body(county: County, **changes: Any) -> dict[str, Any]:
    products = [{"product_id": county.mushrooms.product_id, "commission_ppm": 100_000}]
    return {"title": "秋菇专场", "starts_at": EVENING, "products": products, **changes}


def test_a_session_is_planned_with_links_started_and_ended(host: Caller, county: County) -> None:
    noodles = {"product_id": county.noodles.product_id, "commission_ppm": 150_000}
    wanted = body(county)
    answer = host.post("/hosts/me/sessions", body(county, products=[*wanted["products"], noodles]))
    assert answer.status_code == 201
    made = answer.json
    assert (made["title"], made["starts_at"], made["state"]) == ("秋菇专场", EVENING, "PLANNED")
    assert made["ends_at"] == "2026-11-23T07:20:00Z"
    assert [one["state"] for one in made["products"]] == ["AGREED", "PROPOSED"]
    assert [one["product_id"] for one in made["links"]] == [
        county.mushrooms.product_id,
        county.noodles.product_id,
    ]
    for link in made["links"]:
        assert link["url"] == f"http://127.0.0.1:8000/l/{link['code']}"
        assert is_signed(link["code"], KEY)
    path = f"/sessions/{made['id']}"
    assert host.must(f"{path}/start")["state"] == "LIVE"
    again = host.must(f"{path}/start")
    assert (again["state"], again["started_at"]) == ("LIVE", "2026-11-23T04:00:00Z")
    assert host.must(f"{path}/end")["state"] == "ENDED"
    assert host.must(f"{path}/end")["ended_at"] == "2026-11-23T04:00:00Z"
    listed = host.get("/hosts/me/sessions").json
    assert (listed["total"], listed["items"][0]["state"]) == (1, "ENDED")
    assert listed["items"][0]["links"] == made["links"]


def test_the_same_key_plans_one_session(host: Caller, county: County) -> None:
    first = host.post("/hosts/me/sessions", body(county), key="one")
    again = host.post("/hosts/me/sessions", body(county), key="one")
    assert again.data == first.data
    other = host.post("/hosts/me/sessions", body(county, title="另一场"), key="one")
    assert (other.status_code, other.json["code"]) == (422, "idempotency.mismatch")
    assert host.get("/hosts/me/sessions").json["total"] == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "场" * 81}, "title"),
        ({"title": "场" * 10_000}, "title"),
        ({"title": "a\x00"}, "title"),
        ({"title": 7}, "title"),
        ({"starts_at": "tonight"}, "starts_at"),
        ({"starts_at": "2026-11-23T20:00:00"}, "starts_at"),
        ({"starts_at": "9999-12-31T23:59:59-12:00"}, "starts_at"),
        ({"starts_at": "0001-01-01T00:00:00+12:00"}, "starts_at"),
        ({"starts_at": 1e9}, "starts_at"),
        ({"starts_at": "2026-11-20T20:00:00Z"}, "starts_at"),
        ({"starts_at": "2027-11-20T20:00:00Z"}, "starts_at"),
        ({"products": []}, "products"),
        ({"products": "all"}, "products"),
        ({"products": [{"product_id": 1, "commission_ppm": 1}] * 101}, "products"),
        ({"host_id": 2}, "host_id"),
    ],
    ids=lambda change: repr(change)[:40],
)
def test_what_cannot_be_is_named(host: Caller, county: County, changes, field) -> None:
    answer = host.post("/hosts/me/sessions", body(county, **changes))
    assert answer.status_code == 422
    assert fields_of(answer) == [field]


@pytest.mark.parametrize("wrong", [0, -1, 1.5, 1e9, "3", "３", True, None, 500_001, 2**63])
def test_a_commission_is_a_ratio_within_half(host: Caller, county: County, wrong) -> None:
    products = [{"product_id": county.mushrooms.product_id, "commission_ppm": wrong}]
    answer = host.post("/hosts/me/sessions", body(county, products=products))
    assert fields_of(answer) == ["products.0.commission_ppm"]


def test_a_product_that_is_not_there_is_named_and_nothing_is_planned(
    host: Caller, county: County
) -> None:
    known = body(county)["products"][0]
    unknown = {"product_id": 2**63 - 1, "commission_ppm": 1}
    answer = host.post("/hosts/me/sessions", body(county, products=[known, unknown]))
    assert (answer.status_code, fields_of(answer)) == (422, ["products.1.product_id"])
    answer = host.post("/hosts/me/sessions", body(county, products=[known, known]))
    assert (answer.status_code, answer.json["code"]) == (409, "offer.double")
    assert host.get("/hosts/me/sessions").json["total"] == 0


def test_whoever_is_no_host_has_no_sessions(
    call_as: CallAs, county: County, stranger: Caller
) -> None:
    for who in (county.shopper, county.operator, county.clerk):
        caller = call_as(who)
        assert caller.get("/hosts/me/sessions").status_code == 403
        assert caller.post("/hosts/me/sessions", body(county)).status_code == 403
    assert stranger.get("/hosts/me/sessions").status_code == 401
    assert stranger.post("/sessions/1/start").status_code == 401


def test_another_host_may_not_start_it(host: Caller, county: County, session, call_as) -> None:
    made = host.must("/hosts/me/sessions", body(county))
    _, other = a_host(session, "AHUA", "ahua@test")
    session.commit()
    for verb in ("start", "end"):
        answer = call_as(other).post(f"/sessions/{made['id']}/{verb}")
        assert (answer.status_code, answer.json["code"]) == (403, "forbidden")
        assert host.post(f"/sessions/999/{verb}").status_code == 404
        assert host.post(f"/sessions/{2**63}/{verb}").status_code == 404


def test_what_may_not_start_yet_says_why(host: Caller, county: County, clock) -> None:
    late = host.must("/hosts/me/sessions", body(county, starts_at="2026-11-23T14:00:00Z"))
    answer = host.post(f"/sessions/{late['id']}/start")
    assert (answer.status_code, answer.json["code"]) == (409, "session.too_early")
    assert "2026-11-23 21:30" in answer.json["detail"]
    answer = host.post(f"/sessions/{late['id']}/end")
    assert (answer.status_code, answer.json["code"]) == (409, "session.wrong_state")
    clock.now = START + timedelta(hours=9, minutes=30)
    assert host.must(f"/sessions/{late['id']}/start")["state"] == "LIVE"
