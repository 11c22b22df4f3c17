"""What waits for somebody: how much of it, and since when."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from marketplace.core.clock import day_of


@dataclass(frozen=True)
class Queue:
    """How many wait, and on which day the one began to that waits longest."""

    number: int
    since_on: date | None


def queue_of(
    session: Session, since: InstrumentedAttribute[Any], *waiting: ColumnElement[bool]
) -> Queue:
    """The rows that meet the conditions, by the moment or the day on which each began to wait."""
    number, oldest = session.execute(select(func.count(), func.min(since)).where(*waiting)).one()
    return Queue(number, day_of(oldest) if isinstance(oldest, datetime) else oldest)
