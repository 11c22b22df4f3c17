"""A parcel told of again under its number: the same is the same, anything else is refused."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.ordering.models import Shipment
from tests.api.conftest import CallAs, Caller
from tests.county import County
from tests.ordering.steps import placed

POST = {"carrier": "中国邮政", "tracking": "EMS1"}


@pytest.fixture
def clerk(call_as: CallAs, county: County) -> Caller:
    return call_as(county.clerk)


@pytest.fixture
def order(session: Session, county: County, clerk: Caller) -> dict[str, Any]:
    """Five packs, confirmed by their producer."""
    _purchase, (made,) = placed(session, county, county.wish((county.mushrooms, 5)))
    session.commit()
    return clerk.must(f"/orders/{made.id}/confirm")


def of(order: dict[str, Any], packs: int) -> list[dict[str, int]]:
    return [{"line_id": order["lines"][0]["id"], "quantity": packs}]


def parcels(session: Session) -> int:
    session.rollback()
    found = len(session.scalars(select(Shipment.id)).all())
    session.rollback()
    return found


def test_everything_told_again_is_the_same_parcel(session, clerk, order):
    path = f"/orders/{order['id']}/ship"
    first, again = clerk.post(path, POST), clerk.post(path, POST)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json == first.json
    assert clerk.post(path, {**POST, "lines": of(order, 5)}).status_code == 200
    assert parcels(session) == 1


def test_all_that_is_left_is_not_said_to_be_in_a_parcel_that_has_left(session, clerk, order):
    path = f"/orders/{order['id']}/ship"
    assert clerk.must(path, {**POST, "lines": of(order, 2)})["shipment"] == "PART"
    refused = clerk.post(path, POST)
    assert (refused.status_code, refused.json["code"]) == (409, "shipment.tracking_used")
    assert clerk.must(path, {**POST, "lines": of(order, 2)})["shipment"] == "PART"
    assert clerk.must(path, {**POST, "tracking": "EMS2"})["shipment"] == "SHIPPED"
    assert clerk.post(path, {**POST, "tracking": "EMS2"}).status_code == 200
    assert parcels(session) == 2


@pytest.mark.parametrize("listed", [False, True])
def test_a_number_is_not_given_to_another_carrier(session, clerk, order, listed):
    path = f"/orders/{order['id']}/ship"
    clerk.must(path, {**POST, "lines": of(order, 2)})
    other = {**POST, "carrier": "顺丰"} | ({"lines": of(order, 2)} if listed else {})
    refused = clerk.post(path, other)
    assert (refused.status_code, refused.json["code"]) == (409, "shipment.tracking_used")
    assert parcels(session) == 1
