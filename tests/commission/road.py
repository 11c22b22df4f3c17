"""A retail purchase along the road, for tests of what it earns."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.ordering import commands as ordering
from marketplace.ordering.models import Order, Purchase
from marketplace.ordering.rules import LineVerdict, Parcel
from marketplace.payments import commands as payments
from tests.county import START, County, Goods
from tests.livestream.sessions import Held
from tests.ordering.steps import lines_of, orders_of


def bought(
    session: Session,
    county: County,
    *lines: tuple[Goods, int],
    code: int | None = None,
    touched: tuple[tuple[int, datetime], ...] = (),
    now: datetime = START,
) -> tuple[Purchase, list[Order]]:
    """Placed by the shopper, who typed the code of a host or followed links (link, when)."""
    touches = tuple((link, int(at.timestamp())) for link, at in touched)
    wish = replace(county.private_wish(*lines), host_id=code, touches=touches)
    purchase = ordering.draft_purchase(session, county.shopper, wish, now)
    ordering.submit(session, county.shopper, purchase.id, now)
    return purchase, orders_of(session, purchase.id)


def finished(
    session: Session, county: County, purchase: Purchase, orders: list[Order], now: datetime = START
) -> None:
    """Paid, sent, accepted in full: completed."""
    payment = payments.ask_for_payment(session, county.shopper, purchase.id, "simulated", now)
    payments.pay_simulated(session, county.shopper, payment.id, now)
    for order in orders:
        clerk = county.clerk if order.producer_id == county.producer_id else county.other_clerk
        ordering.confirm(session, clerk, order.id, None, now)
        ordering.ship(session, clerk, order.id, Parcel("中国邮政", f"EMS{order.id}"), now)
        verdicts = [LineVerdict(line.id, line.quantity) for line in lines_of(session, order.id)]
        ordering.accept(session, county.shopper, order.id, verdicts, now)
    session.flush()


def sold_by_link(
    session: Session, county: County, held: Held, *lines: tuple[Goods, int]
) -> tuple[Purchase, list[Order]]:
    """Bought ten minutes after following the link of the first product, and completed."""
    link = held.links[lines[0][0].product_id]
    purchase, orders = bought(
        session, county, *lines, touched=((link, START - timedelta(minutes=10)),)
    )
    finished(session, county, purchase, orders)
    return purchase, orders
