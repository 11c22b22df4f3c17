"""Forgetting a person: answers kept for them, and letters that went to them."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from marketplace.outbox.models import IdempotentRequest, SentMail


def forget_recipient(session: Session, person_id: int, login: str) -> None:
    """Effect keys of what was sent stay with the messages, so nothing is sent anew."""
    session.execute(delete(IdempotentRequest).where(IdempotentRequest.person_id == person_id))
    session.execute(delete(SentMail).where(SentMail.recipient == login))
