"""Payments as people see them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from marketplace.core.areas import in_area
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.core.ids import read_code
from marketplace.core.paging import Page, PageRequest
from marketplace.core.queues import Queue, queue_of
from marketplace.ordering.queries import get_purchase
from marketplace.payments.models import Payment


@dataclass(frozen=True)
class PaymentView:
    id: int
    purchase_id: int
    method: str
    state: str
    amount_fen: int
    received_fen: int
    received_on: date | None
    reference: str | None
    remittance_code: str
    created_at: datetime
    confirmed_at: datetime | None
    checkout_url: str | None


def _payments() -> Select[*tuple[Any, ...]]:
    return select(*(getattr(Payment, name) for name in PaymentView.__dataclass_fields__))


def get_payment(session: Session, identity: Identity, payment_id: int) -> PaymentView:
    """The payment. Raises NotFound where this person may not see its purchase."""
    row = session.execute(_payments().where(Payment.id == payment_id)).one_or_none()
    if row is None:
        raise NotFound
    payment = PaymentView(*tuple(row))
    get_purchase(session, identity, payment.purchase_id)
    return payment


def payments_of(session: Session, purchase_id: int) -> list[PaymentView]:
    """The payments of a purchase that the asker may see, the newest first."""
    rows = session.execute(
        _payments().where(Payment.purchase_id == purchase_id).order_by(Payment.id.desc())
    )
    return [PaymentView(*tuple(row)) for row in rows]


def list_payments(
    session: Session, page: PageRequest, *, waiting: bool = True, search: str = "", area: str = ""
) -> Page[PaymentView]:
    """Payments for the cashier's desk, the declared ones first; a code finds exactly its own."""
    conditions: list[ColumnElement[bool]] = [
        Payment.state.in_(("DUE", "DECLARED") if waiting else ("RECEIVED", "VOIDED")),
        *in_area("payment", Payment.id, area),
    ]
    if search:
        conditions.append(Payment.remittance_code == (read_code(search) or ""))
    total = session.scalar(select(func.count()).select_from(Payment).where(*conditions)) or 0
    rows = session.execute(
        _payments()
        .where(*conditions)
        .order_by(Payment.state, Payment.id.desc())
        .offset(page.offset)
        .limit(page.per_page)
    )
    found = [PaymentView(*tuple(row)) for row in rows]
    return Page(found, page.page, page.per_page, total)


@dataclass(frozen=True)
class Received:
    """What came in for a purchase in one way."""

    purchase_id: int
    method: str
    amount_fen: int


def received_by_purchase(session: Session) -> list[Received]:
    """What was confirmed as received, by purchase and way."""
    rows = session.execute(
        select(Payment.purchase_id, Payment.method, func.sum(Payment.received_fen))
        .where(Payment.received_fen > 0)
        .group_by(Payment.purchase_id, Payment.method)
    )
    return [Received(purchase, method, int(received)) for purchase, method, received in rows]


def queue_of_payments(session: Session, *, area: str = "") -> Queue:
    """Payments that the cash desk has not found on the account yet."""
    here = in_area("payment", Payment.id, area)
    return queue_of(session, Payment.created_at, Payment.state.in_(("DUE", "DECLARED")), *here)
