"""What waits in the outbox, and who works on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from marketplace.outbox.models import OutboxMessage, Schedule, SentMail, WorkerSeen
from marketplace.outbox.rules import Letter


@dataclass(frozen=True)
class Work:
    """Whether there is anything to do at this moment."""

    has_message: bool
    has_turn: bool


def find_work(session: Session, repeating: Iterable[str], now: datetime) -> Work:
    """One cheap question, so that an idle worker costs next to nothing."""
    message = exists().where(
        OutboxMessage.done_at.is_(None),
        OutboxMessage.not_before <= now,
        or_(OutboxMessage.leased_until.is_(None), OutboxMessage.leased_until <= now),
    )
    turn = exists().where(Schedule.next_at <= now, Schedule.job.in_(sorted(repeating)))
    row = session.execute(select(message, turn)).one()
    return Work(bool(row[0]), bool(row[1]))


def is_asked_for(effect_key: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether an effect was ever asked for, as a condition on rows that it would be about."""
    return exists().where(OutboxMessage.effect_key == effect_key)


def count_waiting(session: Session) -> int:
    """Messages that are not done yet."""
    statement = select(func.count()).where(OutboxMessage.done_at.is_(None))
    return session.scalar(statement) or 0


def count_failing(session: Session) -> int:
    """Messages that are not done yet although they were tried."""
    statement = select(func.count()).where(
        OutboxMessage.done_at.is_(None), OutboxMessage.attempts > 0
    )
    return session.scalar(statement) or 0


def is_worker_seen(session: Session, since: datetime) -> bool:
    """Whether any worker gave a sign of life."""
    return bool(session.scalar(select(exists().where(WorkerSeen.seen_at >= since))))


def find_letter(session: Session, effect_key: str) -> Letter | None:
    """A letter from the register of what was sent."""
    sent = session.get(SentMail, effect_key)
    return Letter(sent.effect_key, sent.recipient, sent.subject, sent.body) if sent else None


def oldest_wait(session: Session, now: datetime) -> timedelta:
    """For how long the message that waits longest has been due."""
    statement = select(func.min(OutboxMessage.not_before)).where(OutboxMessage.done_at.is_(None))
    due_at = session.scalar(statement)
    return max(now - due_at, timedelta()) if due_at else timedelta()


def next_turns(session: Session, jobs: Iterable[str]) -> dict[str, datetime]:
    """When repeating jobs are due next; those that no worker has begun are left out."""
    wanted = select(Schedule.job, Schedule.next_at).where(Schedule.job.in_(sorted(jobs)))
    return {row.job: row.next_at for row in session.execute(wanted)}
