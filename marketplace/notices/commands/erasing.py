"""Forgetting a person: what they were told, and how they wanted to be told."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from marketplace.notices.models import Notice, NoticeHours, NoticePreference


def forget_reader(session: Session, person_id: int) -> None:
    """What notices told stays where it belongs: in the orders, the books and the trail."""
    for table in (Notice, NoticePreference, NoticeHours):
        session.execute(delete(table).where(table.person_id == person_id))
