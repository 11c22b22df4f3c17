"""Taking an invoice number, once in the whole marketplace, and giving it back."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from marketplace.core.db import insert_into
from marketplace.ordering.models import InvoiceNumber
from marketplace.ordering.rules.invoices import InvoiceNumberUsed


def take_number(session: Session, number: str, holder: str, now: datetime) -> None:
    """Takes a number for a holder such as `order:17`. Raises InvoiceNumberUsed.

    Somebody else may take the same number this very moment: the database decides who was first.
    """
    row = insert_into(session, InvoiceNumber).values(number=number, holder=holder, taken_at=now)
    taken = row.on_conflict_do_nothing(index_elements=["number"]).returning(InvoiceNumber.number)
    if session.execute(taken).scalar_one_or_none() is None:
        raise InvoiceNumberUsed


def release_number(session: Session, number: str, holder: str) -> None:
    """Gives a number back that the holder took: what it stood for was refused or reversed."""
    session.execute(
        delete(InvoiceNumber).where(InvoiceNumber.number == number, InvoiceNumber.holder == holder)
    )
