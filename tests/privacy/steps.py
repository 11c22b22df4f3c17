"""A purchase of one's own in a few words, for tests."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.core.identity import Identity
from marketplace.ordering import commands as ordering
from marketplace.ordering.models import Purchase
from marketplace.ordering.rules import LineVerdict, Parcel
from marketplace.payments import commands as payments
from marketplace.payments.rules import Receipt
from tests.county import County
from tests.ordering.steps import completed, lines_of, orders_of


def bought(
    session: Session,
    county: County,
    buyer: Identity,
    now: datetime,
    *,
    until: str = "completed",
    of_unit: bool = False,
) -> Purchase:
    """One pack of mushrooms: for oneself, or for the unit of the county's buyer."""
    if of_unit:
        purchase, _orders = completed(session, county, county.wish((county.mushrooms, 1)), now)
        session.commit()
        return purchase
    wish = county.private_wish((county.mushrooms, 1))
    purchase = ordering.draft_purchase(session, buyer, wish, now)
    ordering.submit(session, buyer, purchase.id, now)
    payment = payments.ask_for_payment(session, buyer, purchase.id, "bank_transfer", now)
    receipt = Receipt(payment.amount_fen, day_of(now), f"BANK-{payment.id}")
    payments.confirm_payment(session, county.cashier, payment.id, receipt, now)
    if until == "completed":
        _deliver(session, county, buyer, purchase.id, now)
    session.commit()
    return purchase


def _deliver(
    session: Session, county: County, buyer: Identity, purchase_id: int, now: datetime
) -> None:
    (order,) = orders_of(session, purchase_id)
    ordering.confirm(session, county.clerk, order.id, None, now)
    ordering.ship(session, county.clerk, order.id, Parcel("中国邮政", f"EMS{order.id}"), now)
    ordering.receive(session, buyer, order.id, now)
    verdicts = tuple(LineVerdict(line.id, line.quantity) for line in lines_of(session, order.id))
    ordering.accept(session, buyer, order.id, verdicts, now)
