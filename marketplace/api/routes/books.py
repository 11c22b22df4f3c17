"""Statements, the verdict on the books, the trail."""

from typing import Any

from marketplace.api.door import Door
from marketplace.api.schemas.books import (
    StatementOut,
    StatementQuery,
    Trail,
    TrailQuery,
    VerdictOut,
)
from marketplace.audit.queries import list_trail
from marketplace.core.areas import EVERYTHING, PLACES, SUBJECTS, lies_in
from marketplace.core.errors import N_, NotFound, invalid
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.core.ids import number_of
from marketplace.ordering import queries as ordering
from marketplace.payments.queries import get_payment
from marketplace.producers.queries import names_of
from marketplace.reports.queries import Statement, producer_statement, reconcile
from marketplace.web import allow, current_identity, session
from marketplace.web.areas import looks_after_all

door = Door("books")


def checks_books(identity: Identity) -> bool:
    """The auditor and the operations centre."""
    return identity.is_in_centre()


@door.call("GET", "/producers/<id:producer_id>/statement", N_("供应商一个月的对账单"))
@allow()
@door.asks(StatementQuery)
@door.shows(StatementOut)
def statement(query: dict[str, str], producer_id: int) -> Statement:
    identity = current_identity()
    own = identity.has_role(OrganisationKind.PRODUCER, producer_id)
    if not (own or identity.is_in_centre()) or producer_id not in names_of(
        session(), [producer_id]
    ):
        raise NotFound
    return producer_statement(session(), producer_id, query["period"])


@door.call("GET", "/reconciliation", N_("账目是否全部一致;不一致时列出是哪一行"))
@allow(checks_books)
@door.shows(VerdictOut)
def reconciliation() -> dict[str, Any]:
    breaks = reconcile(session())
    return {"agrees": not breaks, "breaks": breaks}


@door.call("GET", "/audit", N_("一个对象的变更记录,新的在前"))
@allow()
@door.asks(TrailQuery)
@door.shows(Trail)
def trail(query: dict[str, str]) -> dict[str, Any]:
    kind, _, key = query["object"].partition(":")
    if not kind or not key:
        raise invalid("object", N_("请写成「种类:编号」,例如 purchase:12。"))
    _require_sight(current_identity(), kind, key)
    return {"object": query["object"], "items": list_trail(session(), kind, key)}


def _require_sight(identity: Identity, kind: str, key: str) -> None:
    """The centre reads every trail of its area; others that of a purchase, order or payment
    they may see."""
    if identity.is_in_centre() and _looks_after(identity, kind, key):
        return
    readers = {
        "purchase": ordering.get_purchase,
        "order": ordering.get_order,
        "payment": get_payment,
    }
    number = number_of(key)
    if kind not in readers or number is None:
        raise NotFound
    readers[kind](session(), identity, number)


def _looks_after(identity: Identity, kind: str, key: str) -> bool:
    """Trails of what belongs to no county are read where everything is looked after."""
    place = SUBJECTS.get(kind, kind)
    if identity.area == EVERYTHING or place not in PLACES:
        return looks_after_all(session(), identity)
    number = number_of(key)
    return number is not None and lies_in(session(), place, number, identity.area)
