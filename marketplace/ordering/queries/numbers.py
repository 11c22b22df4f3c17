"""Who holds which invoice number, by the invoices themselves and by the one register."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.ordering.models import Invoice, InvoiceNumber


def invoice_holders(session: Session) -> dict[str, str]:
    """Number → holder, of every invoice of an order."""
    rows = session.execute(select(Invoice.number, Invoice.order_id))
    return {number: f"order:{order_id}" for number, order_id in rows}


def registered_numbers(session: Session) -> dict[str, str]:
    """Number → holder, as registered."""
    rows = session.execute(select(InvoiceNumber.number, InvoiceNumber.holder))
    return {row.number: row.holder for row in rows}
