"""Money that arrived for purchases: booked, spread over their orders, and what it completes."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.ledger.commands import Move
from marketplace.ordering.commands.claims import claimed_lines_of
from marketplace.ordering.commands.complete import Accepted, complete_all
from marketplace.ordering.commands.recognise import entries_reached
from marketplace.ordering.commands.settle import is_paid, receive_money
from marketplace.ordering.models import Order, Purchase
from marketplace.ordering.rules import Incoming, OrderState
from marketplace.quota import commands as quota
from marketplace.quota.rules import RecognitionPoint


def confirm_payment(session: Session, purchase_id: int, money: Incoming, now: datetime) -> None:
    """Books a confirmed payment. The source is unique: the same money cannot come in twice."""
    confirm_payments(session, [(purchase_id, money)], now)


def confirm_payments(
    session: Session,
    received: Sequence[tuple[int, Incoming]],
    now: datetime,
    *,
    moves: Sequence[Move] = (),
) -> None:
    """The same for money that came at once for several purchases, each once, in their order. All
    are held before the books add up, once: done one by one, the accounts of the second were
    wanted while the villages of the first were held. `moves` were entered with it."""
    found: list[tuple[Purchase, Sequence[Order], list[Order]]] = []
    moved = [*moves]
    for purchase_id, money in received:
        purchase, orders, reached, booked = receive_money(session, purchase_id, money, now)
        found.append((purchase, orders, [order for order in reached if is_paid(order)]))
        moved += booked
    counted = [
        entry
        for purchase, _orders, paid in found
        for entry in entries_reached(session, purchase, paid, RecognitionPoint.PAID, now)
    ]
    quota.enter(session, counted)
    completed = [
        Accepted(purchase, order, orders, *claimed_lines_of(session, order))
        for purchase, orders, paid in found
        for order in paid
        if order.state == OrderState.ACCEPTED
    ]
    complete_all(session, completed, now, moves=moved, counted=counted)
