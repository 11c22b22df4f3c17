"""Completing and giving back at once: the books are moved in one order, so nobody waits in a
circle."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session
from sqlalchemy.sql import Executable
from sqlalchemy.sql.dml import UpdateBase

from marketplace.core.clock import day_of
from marketplace.core.money import plain_yuan
from marketplace.ordering import commands as ordering
from marketplace.ordering.models import Order, Purchase
from marketplace.ordering.rules import LineVerdict, Parcel, RefundedLine, RefundWish
from marketplace.payments import commands as payments
from marketplace.payments.models import Payment
from marketplace.payments.rules import Receipt
from marketplace.payments.rules.matching import Part
from marketplace.reports.queries import reconcile
from tests.commission.road import bought, finished
from tests.county import START, County, Goods, person
from tests.livestream.sessions import Held, hold_session
from tests.ordering.steps import accepted, lines_of, placed
from tests.payments.bank import plain_file
from tests.races.crowd import all_at_once, hesitate

EACH = 8
SUMS = {"account_balance", "attribution_total", "quota_total"}


@pytest.fixture
def crowded(crowded: Engine) -> Engine:
    """An engine on which others come in between whenever a running sum was moved."""

    def linger(connection: Connection, statement: Executable, *_rest: object) -> None:
        if isinstance(statement, UpdateBase) and str(statement.table) in SUMS:
            hesitate(connection)

    event.listen(crowded, "after_execute", linger)
    return crowded


@dataclass(frozen=True)
class Road:
    """Sales by one host to somebody who buys for themselves."""

    session: Session
    county: County
    held: Held

    def sold(self, goods: Goods) -> tuple[Purchase, list[Order]]:
        followed = (self.held.links[goods.product_id], START - timedelta(minutes=10))
        return bought(self.session, self.county, (goods, 2), touched=(followed,))

    def at_the_door(self, goods: Goods) -> tuple[int, int]:
        """Paid and sent; the order and its line."""
        purchase, (order,) = self.sold(goods)
        county, shopper = self.county, self.county.shopper
        clerk = county.other_clerk if goods == county.noodles else county.clerk
        asked = (self.session, shopper, purchase.id, "simulated", START)
        payments.pay_simulated(self.session, shopper, payments.ask_for_payment(*asked).id, START)
        ordering.confirm(self.session, clerk, order.id, None, START)
        ordering.ship(self.session, clerk, order.id, Parcel("中国邮政", f"E{order.id}"), START)
        return order.id, lines_of(self.session, order.id)[0].id

    def asked_back(self, goods: Goods) -> int:
        """A completed sale of which one pack is to go back."""
        purchase, orders = self.sold(goods)
        finished(self.session, self.county, purchase, orders)
        line = lines_of(self.session, orders[0].id)[0]
        wish = RefundWish((RefundedLine(line.id, 1),), reason="发霉")
        who = self.county.shopper
        return ordering.request_refund(self.session, who, orders[0].id, wish, START).id


def test_sales_and_refunds_of_one_host_at_once_do_not_lock_each_other_out(
    session: Session, crowded: Engine, county: County
) -> None:
    held = hold_session(session, county, county.mushrooms, county.noodles)
    road = Road(session, county, held)
    # Somebody else, so that the two do not queue at the account of one buyer.
    other = replace(county, shopper=person(session, "other-shopper@test"))
    waiting = [road.at_the_door(county.mushrooms) for _ in range(EACH)]
    refunds = [Road(session, other, held).asked_back(county.noodles) for _ in range(EACH)]
    session.commit()

    def act(mine: Session, place: int) -> None:
        if place % 2:
            ordering.approve_refund(mine, county.other_clerk, refunds[place // 2], START)
        else:
            order_id, line_id = waiting[place // 2]
            ordering.accept(mine, county.shopper, order_id, [LineVerdict(line_id, 2)], START)

    assert all_at_once(crowded, 2 * EACH, act) == ["done"] * (2 * EACH)
    with Session(crowded) as fresh:
        assert reconcile(fresh) == []


def _owed(session: Session, county: County, *goods: Goods) -> int:
    """Of a purchase from both producers (or of these goods) everything was accepted and nothing
    paid; the payment."""
    wish = county.wish(*((one, 2) for one in goods or (county.mushrooms, county.noodles)))
    purchase, orders = placed(session, county, wish)
    for order in orders:
        accepted(session, county, order)
    return payments.ask_for_payment(session, county.buyer, purchase.id, "bank_transfer", START).id


def _pay_beside_sales(
    session: Session, crowded: Engine, county: County, pay: Callable[[Session, int], object]
) -> None:
    """As many payments as sales, which complete at the same instant: all of them, and the books
    agree."""
    road = Road(session, county, hold_session(session, county, county.noodles))
    waiting = [road.at_the_door(county.noodles) for _ in range(EACH)]
    session.commit()

    def act(mine: Session, place: int) -> None:
        if place % 2:
            pay(mine, place // 2)
        else:
            order_id, line_id = waiting[place // 2]
            ordering.accept(mine, county.shopper, order_id, [LineVerdict(line_id, 2)], START)

    assert all_at_once(crowded, 2 * EACH, act) == ["done"] * (2 * EACH)
    with Session(crowded) as fresh:
        assert reconcile(fresh) == []


def test_payments_of_several_orders_and_sales_at_once_do_not_lock_each_other_out(
    session: Session, crowded: Engine, county: County
) -> None:
    owed = [_owed(session, county) for _ in range(EACH)]
    due = [session.get_one(Payment, one).amount_fen for one in owed]

    def pay(mine: Session, place: int) -> None:
        receipt = Receipt(due[place], day_of(START), f"RACE-{owed[place]}")
        payments.confirm_payment(mine, county.cashier, owed[place], receipt, START)

    _pay_beside_sales(session, crowded, county, pay)


def _transfer(session: Session, county: County, place: int) -> tuple[int, tuple[Part, Part]]:
    """A transfer for purchases from one producer and the other, with 1.00 more than they come to;
    the line and its parts."""
    goods = (county.mushrooms, county.noodles)
    owed = [session.get_one(Payment, _owed(session, county, one)) for one in goods]
    sum_fen = sum(one.amount_fen for one in owed) + 100
    day, amount = day_of(START).isoformat(), plain_yuan(sum_fen)
    file = plain_file((day, f"T{place}", amount, "区财政局", "1702000111", "货款"))
    (line_id,) = payments.import_statement(session, county.cashier, file, START).new_lines
    first, second = (Part(one.purchase_id, one.amount_fen) for one in owed)
    return line_id, (first, second)


def test_transfers_for_several_purchases_and_sales_at_once_do_not_lock_each_other_out(
    session: Session, crowded: Engine, county: County
) -> None:
    transfers = [_transfer(session, county, place) for place in range(EACH)]

    def pay(mine: Session, place: int) -> None:
        line_id, parts = transfers[place]
        payments.give_by_hand(mine, county.cashier, line_id, (parts, county.unit_id), START)

    _pay_beside_sales(session, crowded, county, pay)
