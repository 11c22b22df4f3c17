"""Forgetting a person: the bank accounts they declared. The books are never touched."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from marketplace.payments.models import BankAccount


def forget_payer(session: Session, person_id: int) -> None:
    """Removes declared accounts. Payouts that were made keep where they went, like the bank."""
    session.execute(delete(BankAccount).where(BankAccount.person_id == person_id))
