"""Finding what a step is about, locking it, and writing down what happened."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from marketplace.core.db import AS_ONE
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.ordering.models import Order, OrderEvent, OrderLine, Purchase
from marketplace.ordering.rules import ENDED, EXITS, PurchaseState, may_see

# A row of the history, before it is written.
Event = Mapping[str, Any]


def lock_purchase(session: Session, purchase_id: int) -> Purchase:
    """The purchase, held until this transaction ends. Every step locks it first, then orders:
    two steps on one purchase therefore follow each other and never lock each other out."""
    found = session.scalar(
        select(Purchase)
        .where(Purchase.id == purchase_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


def lock_orders(session: Session, purchase_id: int) -> Sequence[Order]:
    """All orders of a purchase, in the order of their ids."""
    return session.scalars(
        select(Order)
        .where(Order.purchase_id == purchase_id)
        .order_by(Order.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def open_purchase(
    session: Session, identity: Identity, purchase_id: int
) -> tuple[Purchase, Sequence[Order]]:
    """The purchase and its orders, locked. Raises NotFound where this person may not see it."""
    purchase = lock_purchase(session, purchase_id)
    orders = lock_orders(session, purchase_id)
    _require_sight(identity, purchase, orders)
    return purchase, orders


def _require_sight(identity: Identity, purchase: Purchase, orders: Sequence[Order]) -> None:
    """Raises NotFound for who may see none of these orders. A producer hears of an order when it
    is placed."""
    producers = [order.producer_id for order in orders if order.placed_at is not None]
    if not may_see(identity, purchase.unit_id, purchase.buyer_id, producers):
        raise NotFound


def open_order(session: Session, identity: Identity, order_id: int) -> tuple[Purchase, Order]:
    """An order with its purchase, locked. Raises NotFound where this person may not see it."""
    purchase, order, _orders = open_among(session, identity, order_id)
    return purchase, order


def open_among(
    session: Session, identity: Identity, order_id: int
) -> tuple[Purchase, Order, Sequence[Order]]:
    """The same with all orders of the purchase, which are locked with it."""
    mine = select(Order.purchase_id).where(Order.id == order_id).scalar_subquery()
    # In each row the purchase is locked before the order, and the rows in the order of their ids:
    # as if one lock were asked for after the other.
    rows = session.execute(
        select(Purchase, Order)
        .join(Order, Order.purchase_id == Purchase.id)
        .where(Purchase.id == mine)
        .order_by(Order.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    orders = [row.Order for row in rows]
    order = next((one for one in orders if one.id == order_id), None)
    if order is None:
        raise NotFound
    purchase = rows[0].Purchase
    _require_sight(identity, purchase, [order])
    return purchase, order, orders


def lines_of(session: Session, *orders: Order) -> Sequence[OrderLine]:
    """The lines of these orders, in the order of their ids."""
    return session.scalars(
        select(OrderLine)
        .where(OrderLine.order_id.in_([order.id for order in orders]))
        .order_by(OrderLine.id)
        .execution_options(populate_existing=True)
    ).all()


def note(
    session: Session,
    subject: Purchase | Order,
    kind: str,
    actor: Identity | None,
    now: datetime,
    *,
    reason: str = "",
    **facts: Any,
) -> None:
    """Appends an event to the history of a purchase or an order."""
    session.add(OrderEvent(**event_of(subject, kind, actor, now, reason=reason, **facts)))


def event_of(
    subject: Purchase | Order,
    kind: str,
    actor: Identity | None,
    now: datetime,
    *,
    reason: str = "",
    **facts: Any,
) -> Event:
    """An event as it is appended, for whoever appends several at once."""
    return {
        "purchase_id": subject.purchase_id if isinstance(subject, Order) else subject.id,
        "order_id": subject.id if isinstance(subject, Order) else None,
        "at": now,
        "actor_id": actor.person_id if actor else None,
        "kind": kind,
        "reason": reason,
        "facts": facts,
    }


def note_all(session: Session, events: Sequence[Event]) -> None:
    """Appends events in one statement."""
    session.execute(insert(OrderEvent), list(events), execution_options=AS_ONE)


def close_if_ended(session: Session, purchase: Purchase, now: datetime) -> None:
    """A placed purchase whose orders have all ended is closed."""
    session.flush()
    states = set(session.scalars(select(Order.state).where(Order.purchase_id == purchase.id)))
    if end(purchase, states):
        note(session, purchase, purchase.state, None, now)
        session.flush()


def end(purchase: Purchase, states: Collection[str]) -> bool:
    """Closes a placed purchase, if these states of its orders say that all have ended."""
    ends = purchase.state == PurchaseState.PLACED and ENDED.issuperset(states)
    if ends:
        left = EXITS.issuperset(states)
        purchase.state = PurchaseState.CANCELLED if left else PurchaseState.CLOSED
    return ends
