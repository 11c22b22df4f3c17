"""Reads of invoices."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.ordering.models import Invoice


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


def invoices_of(session: Session, order_id: int) -> list[InvoiceView]:
    """The invoices of an order that the asker may see, in the order in which they came."""
    columns = [getattr(Invoice, name) for name in InvoiceView.__dataclass_fields__]
    rows = session.execute(
        select(*columns).where(Invoice.order_id == order_id).order_by(Invoice.id)
    )
    return [InvoiceView(*row) for row in rows]
