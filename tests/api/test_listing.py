"""Programs that list: a draft, its way to the shelves, and changes of what is on them."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from marketplace.core.identity import OrganisationKind, Role
from marketplace.producers.commands import NewProducer, create_producer
from marketplace.producers.rules import make_uscc
from marketplace.trading.commands import give_trade_mandate
from marketplace.trading.rules import GivenTradeMandate
from tests.api.conftest import CallAs, Caller, fields_of
from tests.county import HUIGOU, START, County, person

PACK = {"name": "500 克", "price_fen": 6_400, "pack_grams": 500, "sku": "HG-1"}


def body(**changes: Any) -> dict[str, Any]:
    draft = {"category": "shiitake", "name": "新香菇", "village": HUIGOU, "packs": [PACK]}
    return {**draft, **changes}


@pytest.fixture
def clerk(call_as: CallAs, county: County) -> Caller:
    return call_as(county.clerk)


def drafted(clerk: Caller, county: County) -> Any:
    return clerk.must(f"/producers/{county.producer_id}/products", body())


def test_a_product_is_written_handed_in_and_published(
    clerk: Caller, call_as: CallAs, county: County, stranger: Caller
) -> None:
    draft = drafted(clerk, county)
    assert (draft["state"], draft["packs"][0]["sku"]) == ("DRAFT", "HG-1")
    path = f"/products/{draft['id']}"
    assert stranger.get(path).status_code == 404
    assert clerk.post(f"{path}/publish").status_code == 403
    assert clerk.must(f"{path}/submit")["state"] == "SUBMITTED"
    assert clerk.must(f"{path}/submit")["state"] == "SUBMITTED"
    centre = call_as(county.operator)
    assert centre.must(f"{path}/publish")["state"] == "PUBLISHED"
    assert centre.must(f"{path}/publish")["state"] == "PUBLISHED"
    assert stranger.get(path).status_code == 200


def test_a_draft_cannot_be_published_before_it_is_handed_in(
    clerk: Caller, call_as: CallAs, county: County
) -> None:
    draft = drafted(clerk, county)
    answer = call_as(county.operator).post(f"/products/{draft['id']}/publish")
    assert (answer.status_code, answer.json["code"]) == (409, "listing.wrong_state")


def test_a_rise_waits_and_a_cut_holds(clerk: Caller, county: County, stranger: Caller) -> None:
    path = f"/products/{county.mushrooms.product_id}"
    pack = {**PACK, "id": county.mushrooms.variant_id, "sku": ""}
    cut = clerk("PATCH", path, json={"packs": [{**pack, "price_fen": 6_000}]})
    assert (cut.status_code, cut.json["waiting"]) == (200, None)
    risen = clerk("PATCH", path, json={"packs": [{**pack, "price_fen": 9_000}]})
    key = f"packs.{county.mushrooms.variant_id}.price_fen"
    assert risen.json["waiting"]["fields"] == [key]
    assert stranger.get(path).json["variants"][0]["price_fen"] == 6_000
    again = clerk("PATCH", path, json={"packs": [{**pack, "price_fen": 9_500}]})
    assert again.json["code"] == "listing.request_waiting"


def test_a_draft_under_the_same_key_is_written_once(clerk: Caller, county: County) -> None:
    path = f"/producers/{county.producer_id}/products"
    first, second = (clerk.post(path, body(), key="k-1").json for _ in range(2))
    assert first["id"] == second["id"]


def test_others_are_forbidden_what_they_see_and_do_not_find_the_rest(
    clerk: Caller, call_as: CallAs, county: County
) -> None:
    draft = drafted(clerk, county)["id"]
    other = call_as(county.other_clerk)
    assert other.post(f"/producers/{county.producer_id}/products", body()).status_code == 404
    for product_id, status in ((draft, 404), (county.mushrooms.product_id, 403)):
        path = f"/products/{product_id}"
        assert other("PATCH", path, json={"description": "x"}).status_code == status
        for step in ("submit", "publish"):
            assert other.post(f"{path}/{step}").status_code == status
    foreign = {**PACK, "id": county.noodles.variant_id, "sku": ""}
    assert clerk("PATCH", f"/products/{draft}", json={"packs": [foreign]}).status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "香" * 10_000}, "name"),
        ({"category": "nothing"}, "category"),
        ({"workshop_id": 999}, "workshop_id"),
        ({"workshop_id": -1}, "workshop_id"),
        ({"packs": []}, "packs"),
        ({"packs": [{**PACK, "price_fen": 0}]}, "packs.0.price_fen"),
        ({"packs": [{**PACK, "price_fen": 1.5}]}, "packs.0.price_fen"),
        ({"packs": [{**PACK, "price_fen": 1e9}]}, "packs.0.price_fen"),
        ({"packs": [{**PACK, "pack_grams": -1}]}, "packs.0.pack_grams"),
        ({"packs": [{**PACK, "is_on_sale": "yes"}]}, "packs.0.is_on_sale"),
        ({"price": 1}, "price"),
    ],
)
def test_a_draft_that_cannot_be_names_the_field(
    clerk: Caller, county: County, changes: dict[str, Any], field: str
) -> None:
    answer = clerk.post(f"/producers/{county.producer_id}/products", body(**changes))
    assert (answer.status_code, fields_of(answer)) == (422, [field])


def test_an_unknown_village_is_refused(clerk: Caller, county: County) -> None:
    path = f"/producers/{county.producer_id}/products"
    answer = clerk.post(path, body(village="420304999999"))
    assert (answer.status_code, answer.json["code"]) == (422, "origin.unknown_village")


def test_a_trader_says_who_makes_it_and_only_with_a_mandate(
    call_as: CallAs, county: County, session: Session
) -> None:
    uscc = make_uscc("420304", 777)
    new = NewProducer("郧山土产商行", "LEADING_FIRM", uscc, HUIGOU, "0719-7220000", is_trader=True)
    trader = create_producer(session, new, START)
    year = GivenTradeMandate(uscc, date(2026, 11, 1), date(2027, 10, 31))
    give_trade_mandate(session, county.clerk, county.producer_id, year, START)
    dealer = person(session, "dealer@test", (OrganisationKind.PRODUCER, trader.id, Role.CLERK))
    session.commit()
    program, path = call_as(dealer), f"/producers/{trader.id}/products"
    for wrong in (None, county.other_producer_id, -1):
        answer = program.post(path, body(maker_id=wrong))
        assert (answer.status_code, fields_of(answer)) == (422, ["maker_id"])
    draft = program.must(path, body(maker_id=county.producer_id))
    assert draft["maker_id"] == county.producer_id
