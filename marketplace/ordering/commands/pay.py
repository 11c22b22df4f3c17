"""Money that arrived for a purchase: booked, spread over its orders, and what it completes."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.ordering.commands.claims import claimed_lines_of
from marketplace.ordering.commands.complete import Accepted, complete_all
from marketplace.ordering.commands.recognise import entries_reached
from marketplace.ordering.commands.settle import is_paid, receive_money
from marketplace.ordering.rules import Incoming, OrderState
from marketplace.quota import commands as quota
from marketplace.quota.rules import RecognitionPoint


def confirm_payment(session: Session, purchase_id: int, money: Incoming, now: datetime) -> None:
    """Books a confirmed payment. The source is unique: the same money cannot come in twice."""
    purchase, orders, reached, received = receive_money(session, purchase_id, money, now)
    paid = [order for order in reached if is_paid(order)]
    counted = entries_reached(session, purchase, paid, RecognitionPoint.PAID, now)
    quota.enter(session, counted)
    completed = [
        Accepted(purchase, order, orders, *claimed_lines_of(session, order))
        for order in paid
        if order.state == OrderState.ACCEPTED
    ]
    complete_all(session, completed, now, moves=received, counted=counted)
