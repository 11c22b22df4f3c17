"""Reads of invoices."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.ordering.models import Invoice
from marketplace.ordering.queries.orders import get_order
from marketplace.uploads.queries import KeptFile, get_upload


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


def invoices_of(session: Session, order_id: int) -> list[InvoiceView]:
    """The invoices of an order that the asker may see, in the order in which they came."""
    columns = [getattr(Invoice, name) for name in InvoiceView.__dataclass_fields__]
    rows = session.execute(
        select(*columns).where(Invoice.order_id == order_id).order_by(Invoice.id)
    )
    return [InvoiceView(*row) for row in rows]


def get_invoice_file(session: Session, identity: Identity, invoice_id: int) -> KeptFile:
    """The invoice itself. Raises NotFound for whoever may not see its order."""
    row = session.execute(
        select(Invoice.order_id, Invoice.upload_id).where(Invoice.id == invoice_id)
    ).one_or_none()
    if row is None or row.upload_id is None:
        raise NotFound
    get_order(session, identity, row.order_id)
    return get_upload(session, row.upload_id)
