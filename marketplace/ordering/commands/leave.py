"""The exits: cancelled, declined, expired. Stock goes back, and so does money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.identity import Identity
from marketplace.ledger.commands import post
from marketplace.ledger.rules import Movement
from marketplace.ordering.commands.calloff import give_back_order
from marketplace.ordering.commands.claims import free_limits
from marketplace.ordering.commands.notify import tell
from marketplace.ordering.commands.recognise import entries_stopped
from marketplace.ordering.commands.record import (
    close_if_ended,
    lines_of,
    lock_orders,
    lock_purchase,
    note,
    open_order,
    open_purchase,
)
from marketplace.ordering.commands.settle import (
    hold_stock,
    release_unshipped,
    take_excess,
)
from marketplace.ordering.models import Order, Purchase
from marketplace.ordering.rules import (
    OrderState,
    PurchaseState,
    is_late,
    require_producer,
    require_reason,
    require_receiver,
    require_state,
)
from marketplace.quota.commands import write_entries

# Until the producer has handed something to the carrier, the buyer may step back.
STILL_HERE = (OrderState.PLACED, OrderState.CONFIRMED)


def cancel_purchase(
    session: Session, identity: Identity, purchase_id: int, reason: str, now: datetime
) -> Purchase:
    """Cancels a purchase as a whole, as long as none of its orders has left the house."""
    purchase, orders = open_purchase(session, identity, purchase_id)
    require_receiver(identity, purchase.unit_id, purchase.buyer_id)
    if purchase.state == PurchaseState.CANCELLED:
        return purchase
    require_state(
        purchase.state,
        PurchaseState.DRAFT,
        PurchaseState.IN_APPROVAL,
        PurchaseState.REJECTED,
        PurchaseState.PLACED,
    )
    placed = purchase.state == PurchaseState.PLACED
    if placed:
        for order in orders:
            require_state(order.state, *STILL_HERE, OrderState.CANCELLED)
        reason = require_reason(reason)
    left = _leave_all(session, purchase, orders, (OrderState.CANCELLED, identity, reason), now)
    _book(session, left, now)
    purchase.expires_at = None
    purchase.state = PurchaseState.CANCELLED
    note(session, purchase, "CANCELLED", identity, now, reason=reason)
    session.flush()
    return purchase


def cancel_order(
    session: Session, identity: Identity, order_id: int, reason: str, now: datetime
) -> Order:
    """Cancels one order of a placed purchase before anything of it was shipped.

    The buyer's side, or the operations centre where the two sides cannot.
    """
    purchase, order = open_order(session, identity, order_id)
    if not identity.is_in_centre("OPERATOR"):
        require_receiver(identity, purchase.unit_id, purchase.buyer_id)
    if order.state == OrderState.CANCELLED:
        return order
    require_state(order.state, *STILL_HERE)
    reason = require_reason(reason)
    left = _leave(session, purchase, order, (OrderState.CANCELLED, identity, reason), now)
    _book(session, [left], now)
    close_if_ended(session, purchase, now)
    return order


def decline(
    session: Session, identity: Identity, order_id: int, reason: str, now: datetime
) -> Order:
    """The producer cannot deliver, and says why."""
    purchase, order = open_order(session, identity, order_id)
    require_producer(identity, order.producer_id)
    if order.state == OrderState.DECLINED:
        return order
    require_state(order.state, *STILL_HERE)
    reason = require_reason(reason)
    left = _leave(session, purchase, order, (OrderState.DECLINED, identity, reason), now)
    _book(session, [left], now)
    close_if_ended(session, purchase, now)
    return order


def leave_unserved(
    session: Session, purchase: Purchase, order: Order, words: str, now: datetime
) -> None:
    """Nothing of it can be delivered: the marketplace ends it, and both sides hear of it."""
    left = _leave(session, purchase, order, (OrderState.CANCELLED, None, words), now)
    _book(session, [left], now)
    tell(session, "order_unserved", order.id, now)
    close_if_ended(session, purchase, now)


# The state it ends in, who did it (None: the clock), and why.
Exit = tuple[OrderState, Identity | None, str]


@dataclass(frozen=True)
class _Left:
    """What an order that left has still to move in the books: money, and what counted."""

    back: Sequence[Movement] = ()
    counted: Sequence[Mapping[str, object]] = ()


def _book(session: Session, left: Sequence[_Left], now: datetime) -> None:
    """As when an order completes: accounts before units, each once for all orders. Done order by
    order, the accounts of the second were wanted while the unit of the first was held."""
    post(session, [move for one in left for move in one.back], now)
    write_entries(session, [entry for one in left for entry in one.counted])


def _leave_all(
    session: Session,
    purchase: Purchase,
    orders: Sequence[Order],
    end: Exit,
    now: datetime,
) -> list[_Left]:
    """Takes every order that is still on the road to an exit."""
    hold_stock(session, orders)
    return [
        _leave(session, purchase, order, end, now)
        for order in orders
        if order.state in (OrderState.DRAFT, *STILL_HERE)
    ]


def _leave(
    session: Session,
    purchase: Purchase,
    order: Order,
    end: Exit,
    now: datetime,
) -> _Left:
    """Stock goes back on the shelf, room to the contract, and money to the buyer's account: the
    last is returned, to be booked."""
    exit_state, actor, reason = end
    counted: Sequence[Mapping[str, object]] = ()
    if order.state != OrderState.DRAFT:
        release_unshipped(session, lines_of(session, order), now)
        give_back_order(session, purchase, order, now)
        free_limits(session, order)
        counted = entries_stopped(session, order, now)
    order.state = exit_state
    order.due_at = None
    order.payable_fen = 0
    returned_fen, back = take_excess(session, order, "left", now) if order.paid_fen else (0, [])
    if not order.paid_fen:
        order.payment_state = "NONE"
    note(session, order, exit_state, actor, now, reason=reason, returned_fen=returned_fen)
    tell(session, f"order_{exit_state.lower()}", order.id, now)
    session.flush()
    return _Left(back, counted)


def expire_due(session: Session, now: datetime, limit: int = 100) -> int:
    """Ends what nobody confirmed or paid in time. Returns how many purchases it touched."""
    unpaid = select(Purchase.id).where(
        Purchase.state == PurchaseState.PLACED, Purchase.expires_at <= now
    )
    overdue = select(Order.purchase_id).where(Order.state.in_(STILL_HERE), Order.due_at <= now)
    due = sorted({*session.scalars(unpaid.limit(limit)), *session.scalars(overdue.limit(limit))})
    # Everything is locked before anything changes: purchases, their orders, then the stock.
    purchases = [lock_purchase(session, purchase_id) for purchase_id in due]
    orders = {purchase.id: lock_orders(session, purchase.id) for purchase in purchases}
    hold_stock(session, (order for theirs in orders.values() for order in theirs))
    left = [
        one
        for purchase in purchases
        for one in _expire(session, purchase, orders[purchase.id], now)
    ]
    _book(session, left, now)
    return len(due)


def _expire(
    session: Session, purchase: Purchase, orders: Sequence[Order], now: datetime
) -> list[_Left]:
    """Looks again under the lock: a payment may have come in between."""
    left: list[_Left] = []
    if is_late(purchase.expires_at, now) and purchase.state == PurchaseState.PLACED:
        end = (OrderState.EXPIRED, None, "未在时限内付款")
        left += _leave_all(session, purchase, orders, end, now)
        purchase.expires_at = None
    for order in orders:
        if order.state in STILL_HERE and is_late(order.due_at, now):
            late = "未在时限内确认" if order.state == OrderState.PLACED else "未在时限内付款"
            left.append(_leave(session, purchase, order, (OrderState.EXPIRED, None, late), now))
    close_if_ended(session, purchase, now)
    return left
