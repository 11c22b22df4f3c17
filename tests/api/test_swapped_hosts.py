"""No call of the API can name whose sale it is, but by the code that people type."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.livestream.rules.links import Followed
from marketplace.livestream.rules.trails import Trail, seal
from marketplace.ordering.models import Purchase
from tests.api.conftest import CallAs, Caller, fields_of, wish
from tests.county import START, County
from tests.livestream.sessions import KEY, hold_session

SWAPPED: dict[str, Any] = {
    "host_id": 1,
    "session_id": 1,
    "offer_id": 1,
    "touches": [[1, 1795406400]],
    "commission_ppm": 500_000,
    "rate_ppm": 500_000,
    "outcome": "LINK",
}


@pytest.mark.parametrize("field", SWAPPED)
def test_a_draft_that_names_a_host_is_refused_by_the_field(
    buyer: Caller, county: County, session: Session, field: str
) -> None:
    hold_session(session, county, county.mushrooms)
    answer = buyer.post("/purchases", wish(county, **{field: SWAPPED[field]}))
    assert (answer.status_code, fields_of(answer)) == (422, [field])
    assert session.scalar(select(func.count()).select_from(Purchase)) == 0


@pytest.mark.parametrize("field", SWAPPED)
def test_a_change_that_names_a_host_is_refused_by_the_field(
    buyer: Caller, county: County, session: Session, field: str
) -> None:
    held = hold_session(session, county, county.mushrooms)
    made = buyer.post("/purchases", wish(county)).json
    answer = buyer("PATCH", f"/purchases/{made['id']}", json={field: SWAPPED[field]})
    assert (answer.status_code, fields_of(answer)) == (422, [field])
    purchase = session.get_one(Purchase, made["id"])
    assert held.host_id == 1
    assert (purchase.host_id, purchase.touches) == (None, None)


def test_the_cookie_of_a_browser_says_nothing_to_the_api(
    call_as: CallAs, county: County, session: Session
) -> None:
    held = hold_session(session, county, county.mushrooms)
    followed = Followed(held.links[county.mushrooms.product_id], int(START.timestamp()) - 60)
    cookie = seal(Trail("visitor", (followed,)), KEY)
    caller = call_as(county.shopper)
    body = wish(county, unit_id=None, fund="INDIVIDUAL", payment_terms="PREPAY")
    made = caller("POST", "/purchases", json=body, headers={"Cookie": f"touched={cookie}"})
    assert made.status_code == 201, made.text
    assert session.get_one(Purchase, made.json["id"]).touches is None
