"""A small county behind pages, and visitors who are logged in without typing a password."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Select, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace.accounts.models import Membership
from marketplace.cockpit.commands import take_snapshot
from marketplace.core.identity import Identity, Role
from marketplace.ordering.models import Order, OrderLine, Purchase
from marketplace.producers.models import Producer
from tests.conftest import NOON
from tests.county import CONSIGNEE, County, Goods, person
from tests.seating import seat


@dataclass
class Visitor:
    """Someone at their screen. A form is sent as the page would send it."""

    client: FlaskClient

    def see(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path)
        assert answer.status_code == status, (path, answer.status_code, answer.text[-600:])
        return answer.text

    def send(self, path: str, status: int = 302, /, **fields: Any) -> TestResponse:
        answer = self.client.post(path, data=fields)
        assert answer.status_code == status, (path, answer.status_code, answer.text[-600:])
        return answer


Found = TypeVar("Found")
Visit = Callable[[Identity | None], Visitor]


@pytest.fixture
def visit(app: Flask) -> Visit:
    """Opens a browser for a person; forms need no token here (one claim is about that)."""
    app.config["WTF_CSRF_ENABLED"] = False

    def open_browser(identity: Identity | None) -> Visitor:
        client = app.test_client()
        if identity is not None:
            seat(client, identity)
        return Visitor(client)

    return open_browser


@dataclass
class Road:
    """The steps before the one that a claim is about, done through the same pages."""

    county: County
    visit: Visit
    session: Session

    def fill(self, buyer: Identity, *wanted: tuple[Goods, int]) -> Visitor:
        visitor = self.visit(buyer)
        for goods, packs in wanted:
            visitor.send("/basket/lines", variant_id=goods.variant_id, quantity=packs)
        return visitor

    def count(self) -> None:
        """What the worker counts for the desk every five minutes."""
        self.session.rollback()
        take_snapshot(self.session, NOON)
        self.session.commit()

    def submit(self, *wanted: tuple[Goods, int], **changes: Any) -> int:
        """A unit's purchase in approval; its id."""
        buyer = self.fill(self.county.buyer, *wanted)
        total = sum(goods.price_fen * packs for goods, packs in wanted)
        answer = buyer.send("/checkout", **checkout(self.county, total, *wanted, **changes))
        return int(answer.location.rpartition("/")[2])

    def place(self, *wanted: tuple[Goods, int], **changes: Any) -> int:
        """A placed purchase of one order; the order's id."""
        purchase_id = self.submit(*wanted, **changes)
        self.visit(self.county.approver).send(f"/purchases/{purchase_id}/approve")
        return self.order_of(purchase_id)

    def deliver(self, *wanted: tuple[Goods, int]) -> int:
        """An order that has been received and waits to be accepted."""
        order_id = self.place(*wanted)
        clerk = self.visit(self.county.clerk)
        clerk.send(f"/orders/{order_id}/confirm")
        lines = {f"ship-{line.id}": line.quantity for line in self.lines(order_id)}
        clerk.send(f"/orders/{order_id}/ship", carrier="邮政", tracking="EMS1", **lines)
        self.visit(self.county.buyer).send(f"/orders/{order_id}/receive")
        return order_id

    def look(self, wanted: Select[Found]) -> list[Found]:
        """Rows as they are now; the database is free again for the next visitor."""
        self.session.rollback()
        found = list(self.session.scalars(wanted))
        self.session.expunge_all()
        self.session.rollback()
        return found

    def order_of(self, purchase_id: int) -> int:
        return self.look(select(Order.id).where(Order.purchase_id == purchase_id))[0]

    def order(self, order_id: int) -> Order:
        return self.look(select(Order).where(Order.id == order_id))[0]

    def lines(self, order_id: int) -> list[OrderLine]:
        return self.look(select(OrderLine).where(OrderLine.order_id == order_id))

    def purchases(self) -> int:
        return len(self.look(select(Purchase.id)))


def checkout(county: County, total_fen: int, *wanted: tuple[Goods, int], **changes: Any) -> Any:
    """A checkout as the page would send it."""
    fields = {
        "nonce": "ABC123",
        "unit": str(county.unit_id),
        "fund": "UNION",
        "payment_terms": "POSTPAY",
        "line": [str(goods.variant_id) for goods, _packs in wanted],
        "consignee_name": CONSIGNEE.name,
        "consignee_phone": CONSIGNEE.phone,
        "consignee_address": CONSIGNEE.address,
        "reviewed_fen": str(total_fen),
    }
    return {**fields, **changes}


@pytest.fixture
def road(county: County, visit: Visit, session: Session) -> Road:
    return Road(county, visit, session)


@pytest.fixture
def certifiers(session: Session, county: County) -> list[Identity]:
    """Two who recognise, besides the operator."""
    centre_id = session.scalars(
        select(Membership.organisation_id).where(Membership.organisation_kind == "CENTRE")
    ).first()
    assert centre_id is not None
    session.get_one(Producer, county.producer_id).food_licence = "JY1"
    role = ("CENTRE", centre_id, Role.CERTIFIER)
    found = [person(session, f"{name}@test", role) for name in ("sector", "certifier")]
    session.commit()
    return found


@pytest.fixture
def cook(session, county):
    """Who buys for the first contractor, once that is registered."""
    who = person(session, "cook@test", ("CONTRACTOR", 1, Role.BUYER))
    session.commit()
    return who
