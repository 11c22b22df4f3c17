"""What is measured one after the other: calls of programs, a link that is followed, a purchase."""

from collections.abc import Callable, Mapping
from typing import Protocol

from flask import Flask
from sqlalchemy import select

from benchmarks.clicks import hold_session
from benchmarks.client import BadAnswer
from benchmarks.instance import Actors, employ
from benchmarks.measure import Operation
from benchmarks.rush import CONSIGNEE
from benchmarks.scenarios import PIECES, Targets
from benchmarks.visitor import Visitor
from marketplace.core.db import Base
from marketplace.web import begin_again, session


class Step(Operation, Protocol):
    """An operation whose answer has a length."""

    page_bytes: int


Maker = Callable[[Flask, int, Targets, Actors], Step]


class Asking:
    """Reads one address again and again, on one connection."""

    name = "asking"

    def __init__(self, port: int, path: str, token: str = "", expected: int = 200) -> None:
        self.visitor, self.path, self.expected = Visitor(port), path, expected
        self.visitor.token, self.page_bytes = token, 0

    def once(self) -> None:
        status, page = self.visitor.get(self.path)
        if status != self.expected:
            raise BadAnswer(f"{self.path}: {status} {page[:300]!r}")
        self.page_bytes = len(page)


class BuyingAtRetail:
    """Into the basket, the checkout read, the form sent: by somebody for themselves."""

    name = "checkout-retail"

    def __init__(self, port: int, targets: Targets, person: Actors) -> None:
        self.visitor, self.page_bytes = Visitor(port), 0
        self.visitor.log_in(person.buyer)
        self.token = self.visitor.token_of("/basket")
        self.variant_id = targets.variants[0]

    def once(self) -> None:
        line = {
            "csrf_token": self.token,
            "variant_id": str(self.variant_id),
            "quantity": str(PIECES),
        }
        self.visitor.send("/basket/lines", line, expected=302)
        form = self.visitor.hidden_of("/checkout?unit=personal")
        self.visitor.send("/checkout", {**form, **CONSIGNEE, "unit": "personal"}, expected=302)


def _token(port: int, person: Actors) -> str:
    visitor = Visitor(port)
    visitor.take_token(person.buyer)
    return visitor.token


def _newest(app: Flask, table: str, column: str, **wanted: int) -> str:
    found = Base.metadata.tables[table]
    rows = select(found.c[column]).order_by(found.c.id.desc()).limit(1).filter_by(**wanted)
    with app.app_context():
        value = session().scalar(rows)
    assert value is not None, f"no {table}"
    return str(value)


def _orders(_app: Flask, port: int, _targets: Targets, person: Actors) -> Step:
    return Asking(port, "/api/v1/orders", _token(port, person))


def _order(app: Flask, port: int, targets: Targets, person: Actors) -> Step:
    order_id = _newest(app, "order", "id", unit_id=targets.unit_id)
    return Asking(port, f"/api/v1/orders/{order_id}", _token(port, person))


def _products(_app: Flask, port: int, _targets: Targets, person: Actors) -> Step:
    return Asking(port, "/api/v1/products", _token(port, person))


def _list(_app: Flask, port: int, _targets: Targets, _person: Actors) -> Step:
    return Asking(port, "/api/v1/products")


def _link(app: Flask, port: int, _targets: Targets, _person: Actors) -> Step:
    with app.app_context():
        begin_again(writing=True)
        code = hold_session(str(app.secret_key))[0]
    return Asking(port, f"/l/{code}", expected=302)


def _retail(_app: Flask, port: int, targets: Targets, person: Actors) -> Step:
    return BuyingAtRetail(port, targets, person)


_MAKERS: Mapping[str, Maker] = {
    "short-link": _link,
    # The same list without a token, as anybody may ask for it.
    "api-list": _list,
    "api-products": _products,
    "api-orders": _orders,
    "api-order": _order,
    "checkout-retail": _retail,
}
STEPS = tuple(_MAKERS)


def step_named(name: str) -> Maker:
    return _MAKERS[name]


def hire_for_steps(name: str, targets: Targets) -> Actors:
    """People of their own, so that nobody meets the limit of calls."""
    return employ(targets.unit_id, name)
