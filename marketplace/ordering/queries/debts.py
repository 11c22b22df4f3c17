"""What is owed for goods that came before the money, by how late it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from marketplace.core.identity import Identity
from marketplace.core.paging import Page, PageRequest
from marketplace.ordering.models import Order
from marketplace.ordering.queries.names import BUYER_NAME, PRODUCER_NAME, with_names
from marketplace.ordering.queries.orders import visible_to
from marketplace.ordering.queries.owed import OWED
from marketplace.ordering.rules import OrderState, PaymentTerms
from marketplace.ordering.rules.debts import Age, days_of

ON_CREDIT = (
    OrderState.PLACED,
    OrderState.CONFIRMED,
    OrderState.SHIPPED,
    OrderState.RECEIVED,
    OrderState.ACCEPTED,
)
IS_DEBT = and_(Order.state == OrderState.ACCEPTED, Order.pay_by.is_not(None), OWED > 0)


@dataclass(frozen=True)
class AgedSum:
    """The debts of one age."""

    age: Age
    orders: int
    amount_fen: int


@dataclass(frozen=True)
class Debt:
    """One order that is accepted and not paid."""

    order_id: int
    purchase_id: int
    number: str
    buyer_name: str
    producer_name: str
    pay_by: date
    owed_fen: int

    def days_late(self, today: date) -> int:
        return max(0, (today - self.pay_by).days)


def sum_debts(session: Session, identity: Identity, today: date) -> Sequence[AgedSum]:
    """Debts by age, of all orders that the person may see. One query."""
    parts = []
    for age in Age:
        parts.append(func.sum(case((_is_of(age, today), 1), else_=0)))
        parts.append(func.sum(case((_is_of(age, today), OWED), else_=0)))
    row = session.execute(select(*parts).where(IS_DEBT, visible_to(identity))).one()
    figures = [int(figure or 0) for figure in row]
    return [AgedSum(age, *figures[2 * place : 2 * place + 2]) for place, age in enumerate(Age)]


def owed_by_unit(session: Session, unit_id: int) -> int:
    """What a unit owes, or will owe once it is accepted, of orders paid after delivery."""
    owed = select(func.sum(OWED)).where(
        Order.unit_id == unit_id,
        Order.payment_terms == PaymentTerms.POSTPAY,
        Order.state.in_(ON_CREDIT),
        OWED > 0,
    )
    return int(session.scalar(owed) or 0)


def list_debts(
    session: Session, identity: Identity, age: Age | None, page: PageRequest, today: date
) -> Page[Debt]:
    """The orders behind the sums, the longest overdue first."""
    wanted = [IS_DEBT, visible_to(identity), *([_is_of(age, today)] if age else [])]
    names = (Order.number, BUYER_NAME, PRODUCER_NAME)
    shown = (Order.id, Order.purchase_id, *names, Order.pay_by, OWED)
    rows = session.execute(
        with_names(select(*shown))
        .where(*wanted)
        .order_by(Order.pay_by, Order.id)
        .offset(page.offset)
        .limit(page.per_page)
    )
    total = session.scalar(select(func.count()).select_from(Order).where(*wanted)) or 0
    return Page([Debt(*tuple(row)) for row in rows], page.page, page.per_page, total)


def debts_to_remind(session: Session, today: date) -> list[tuple[int, date]]:
    """(order, last day to pay) of debts that are due within a week, or late."""
    rows = session.execute(
        select(Order.id, Order.pay_by)
        .where(IS_DEBT, Order.pay_by <= today + timedelta(days=7))
        .order_by(Order.pay_by, Order.id)
    )
    return [(order_id, last_day) for order_id, last_day in rows if last_day is not None]


def _is_of(age: Age, today: date) -> ColumnElement[bool]:
    first, last = days_of(age, today)
    bounds = []
    if first is not None:
        bounds.append(Order.pay_by >= first)
    if last is not None:
        bounds.append(Order.pay_by <= last)
    return and_(*bounds)
