"""The main road in a few words, for tests that begin further along it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.ordering import commands as ordering
from marketplace.ordering.models import Order, OrderLine, Purchase
from marketplace.ordering.rules import LineVerdict, Parcel, PurchaseWish
from marketplace.payments import commands as payments
from marketplace.payments.rules import Receipt
from tests.county import START, County


def placed(
    session: Session, county: County, wish: PurchaseWish, now: datetime = START
) -> tuple[Purchase, list[Order]]:
    """A unit's purchase, approved."""
    purchase = ordering.draft_purchase(session, county.buyer, wish, now)
    ordering.submit(session, county.buyer, purchase.id, now)
    ordering.approve(session, county.approver, purchase.id, now)
    return purchase, orders_of(session, purchase.id)


def orders_of(session: Session, purchase_id: int) -> list[Order]:
    query = select(Order).where(Order.purchase_id == purchase_id).order_by(Order.id)
    return list(session.scalars(query))


def lines_of(session: Session, order_id: int) -> list[OrderLine]:
    query = select(OrderLine).where(OrderLine.order_id == order_id).order_by(OrderLine.id)
    return list(session.scalars(query))


def delivered(session: Session, county: County, order: Order, now: datetime = START) -> Order:
    """Confirmed by its producer, shipped whole, and received by the unit."""
    clerk = county.clerk if order.producer_id == county.producer_id else county.other_clerk
    ordering.confirm(session, clerk, order.id, None, now)
    ordering.ship(session, clerk, order.id, Parcel("中国邮政", f"EMS{order.id}"), now)
    return ordering.receive(session, county.buyer, order.id, now)


def accepted(session: Session, county: County, order: Order, now: datetime = START) -> Order:
    """Delivered, and accepted in full by someone else than the buyer."""
    delivered(session, county, order, now)
    verdicts = tuple(LineVerdict(line.id, line.quantity) for line in lines_of(session, order.id))
    return ordering.accept(session, county.approver, order.id, verdicts, now)


def paid(
    session: Session,
    county: County,
    purchase: Purchase,
    now: datetime = START,
    received_fen: int | None = None,
) -> None:
    """Asked for by the buyer, confirmed by the cashier."""
    payment = payments.ask_for_payment(session, county.buyer, purchase.id, "bank_transfer", now)
    receipt = Receipt(received_fen or payment.amount_fen, day_of(now), f"BANK-{payment.id}")
    payments.confirm_payment(session, county.cashier, payment.id, receipt, now)


def completed(
    session: Session, county: County, wish: PurchaseWish, now: datetime = START
) -> tuple[Purchase, list[Order]]:
    """All the way."""
    purchase, orders = placed(session, county, wish, now)
    for order in orders:
        accepted(session, county, order, now)
    paid(session, county, purchase, now)
    return purchase, orders
