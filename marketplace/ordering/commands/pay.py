"""Money that arrived for a purchase: booked, spread over its orders, and what it completes."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.ordering.commands.claims import claimed_lines_of
from marketplace.ordering.commands.complete import Accepted, complete
from marketplace.ordering.commands.recognise import reach
from marketplace.ordering.commands.settle import is_paid, receive_money
from marketplace.ordering.rules import Incoming, OrderState
from marketplace.quota.rules import RecognitionPoint


def confirm_payment(session: Session, purchase_id: int, money: Incoming, now: datetime) -> None:
    """Books a confirmed payment. The source is unique: the same money cannot come in twice."""
    purchase, orders, reached = receive_money(session, purchase_id, money, now)
    paid = [order for order in reached if is_paid(order)]
    reach(session, purchase, paid, RecognitionPoint.PAID, now)
    for order in paid:
        if order.state == OrderState.ACCEPTED:
            lines, claims = claimed_lines_of(session, order)
            complete(session, Accepted(purchase, order, orders, lines, claims), now)
