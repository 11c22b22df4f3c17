"""Reads of invoices."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.core.paging import Page, PageRequest
from marketplace.ordering.models import Invoice, Order
from marketplace.ordering.queries.names import BUYER_NAME, PRODUCER_NAME, with_names
from marketplace.ordering.queries.orders import get_order, visible_to
from marketplace.ordering.rules import OrderState
from marketplace.uploads.queries import KeptFile, get_upload

# Day, number, kind, fen, state, order, producer, buyer.
RegisteredRow = tuple[date, str, str, int, str, str, str, str]
MOST_REGISTERED = 50_000


@dataclass(frozen=True)
class InvoiceView:
    id: int
    order_id: int
    kind: str
    number: str
    amount_fen: int
    issued_on: date
    state: str
    checked_at: datetime | None
    upload_id: int | None
    seller_uscc: str


def invoices_of(session: Session, order_id: int) -> list[InvoiceView]:
    """The invoices of an order that the asker may see, in the order in which they came."""
    columns = [getattr(Invoice, name) for name in InvoiceView.__dataclass_fields__]
    rows = session.execute(
        select(*columns).where(Invoice.order_id == order_id).order_by(Invoice.id)
    )
    return [InvoiceView(*row) for row in rows]


@dataclass(frozen=True)
class OrderToInvoice:
    """An order that lacks an invoice, or whose invoice waits to be checked."""

    order_id: int
    number: str
    buyer_name: str
    producer_name: str
    accepted_at: datetime
    payable_fen: int
    invoice_state: str


_OWED = and_(Order.state.in_((OrderState.ACCEPTED, OrderState.COMPLETED)), Order.payable_fen > 0)
LISTS = {
    "missing": and_(_OWED, Order.invoice_state.in_(("NONE", "REVERSED"))),
    "to_check": and_(_OWED, Order.invoice_state == "ISSUED"),
    "checked": and_(_OWED, Order.invoice_state == "CHECKED"),
}


def count_to_invoice(session: Session, identity: Identity) -> dict[str, int]:
    """How many of the orders that the person may see stand how with their invoices."""
    counted = session.execute(
        select(*(func.count().filter(part) for part in LISTS.values()))
        .select_from(Order)
        .where(visible_to(identity))
    ).one()
    return dict(zip(LISTS, counted, strict=True))


def list_to_invoice(
    session: Session, identity: Identity, part: str, page: PageRequest
) -> Page[OrderToInvoice]:
    """The orders of a part, the longest accepted first."""
    wanted = (LISTS[part], visible_to(identity))
    sides = (BUYER_NAME, PRODUCER_NAME)
    stands = (Order.accepted_at, Order.payable_fen, Order.invoice_state)
    rows = session.execute(
        with_names(select(Order.id, Order.number, *sides, *stands))
        .where(*wanted)
        .order_by(Order.accepted_at, Order.id)
        .offset(page.offset)
        .limit(page.per_page)
    )
    total = session.scalar(select(func.count()).select_from(Order).where(*wanted)) or 0
    return Page([OrderToInvoice(*tuple(row)) for row in rows], page.page, page.per_page, total)


def register_of_invoices(session: Session, whose: Identity | int, year: int) -> list[RegisteredRow]:
    """The register of a year: of the orders that a person may see, or of those of a unit."""
    seen = Order.unit_id == whose if isinstance(whose, int) else visible_to(whose)
    facts = (
        Invoice.issued_on,
        Invoice.number,
        Invoice.kind,
        Invoice.amount_fen,
        Invoice.state,
    )
    register = select(*facts, Order.number, PRODUCER_NAME, BUYER_NAME)
    rows = session.execute(
        with_names(register.join(Order, Order.id == Invoice.order_id))
        .where(seen)
        .where(Invoice.issued_on.between(date(year, 1, 1), date(year, 12, 31)))
        .order_by(Invoice.issued_on, Invoice.id)
        .limit(MOST_REGISTERED)
    )
    return [cast(RegisteredRow, tuple(row)) for row in rows]


def get_invoice_file(session: Session, identity: Identity, invoice_id: int) -> KeptFile:
    """The invoice itself. Raises NotFound for whoever may not see its order."""
    row = session.execute(
        select(Invoice.order_id, Invoice.upload_id).where(Invoice.id == invoice_id)
    ).one_or_none()
    if row is None or row.upload_id is None:
        raise NotFound
    get_order(session, identity, row.order_id)
    return get_upload(session, row.upload_id)
