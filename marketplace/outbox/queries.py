"""What waits in the outbox, and who works on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from marketplace.core.paging import Page, PageRequest
from marketplace.outbox.models import OutboxMessage, Schedule, WorkerSeen


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


def oldest_wait(session: Session, now: datetime) -> timedelta:
    """For how long the message that waits longest has been due."""
    statement = select(func.min(OutboxMessage.not_before)).where(OutboxMessage.done_at.is_(None))
    due_at = session.scalar(statement)
    return max(now - due_at, timedelta()) if due_at else timedelta()


def last_seen(session: Session) -> datetime | None:
    """When any worker last gave a sign of life."""
    return session.scalar(select(func.max(WorkerSeen.seen_at)))


@dataclass(frozen=True)
class LateTurns:
    """Turns nobody took in time, and since when the first of them is due."""

    number: int
    since: datetime | None


def late_turns(session: Session, jobs: Iterable[str], due_before: datetime) -> LateTurns:
    """Of these jobs: a schedule of another version may stand there for ever."""
    late = select(func.count(), func.min(Schedule.next_at)).where(
        Schedule.job.in_(sorted(jobs)), Schedule.next_at < due_before
    )
    return LateTurns(*session.execute(late).one())


def next_turns(session: Session, jobs: Iterable[str]) -> dict[str, datetime]:
    """When repeating jobs are due next; those that no worker has begun are left out."""
    wanted = select(Schedule.job, Schedule.next_at).where(Schedule.job.in_(sorted(jobs)))
    return {row.job: row.next_at for row in session.execute(wanted)}


@dataclass(frozen=True)
class Turns:
    """A repeating job: how often, when next, and how its last turns went."""

    job: str
    next_at: datetime
    every_s: int
    done_at: datetime | None
    took_ms: int | None
    failed_at: datetime | None
    last_error: str | None


def list_turns(session: Session, jobs: Iterable[str]) -> list[Turns]:
    """Those of these jobs that a worker has begun, by name."""
    columns = (getattr(Schedule, name) for name in Turns.__dataclass_fields__)
    begun = (Schedule.job.in_(sorted(jobs)), Schedule.every_s.is_not(None))
    rows = session.execute(select(*columns).where(*begun).order_by(Schedule.job))
    return [Turns(*tuple(row)) for row in rows]


@dataclass(frozen=True)
class OpenMessage:
    """A message that is not done, without anything of what it is about."""

    id: int
    job: str
    created_at: datetime
    not_before: datetime
    attempts: int
    last_error: str | None


def list_open(session: Session, page: PageRequest, *, failed: bool) -> Page[OpenMessage]:
    """What failed and will be tried again, or what has not been tried: the longest waiting
    first."""
    is_open = OutboxMessage.done_at.is_(None)
    tried = OutboxMessage.attempts > 0 if failed else OutboxMessage.attempts == 0
    total = session.scalar(select(func.count()).where(is_open, tried)) or 0
    columns = (getattr(OutboxMessage, name) for name in OpenMessage.__dataclass_fields__)
    rows = session.execute(
        select(*columns)
        .where(is_open, tried)
        .order_by(OutboxMessage.not_before, OutboxMessage.id)
        .offset(page.offset)
        .limit(page.per_page)
    )
    return Page([OpenMessage(*tuple(row)) for row in rows], page.page, page.per_page, total)


def is_open(session: Session, job: str) -> bool:
    """Whether a message of a job waits or is at work."""
    waits = exists().where(OutboxMessage.job == job, OutboxMessage.done_at.is_(None))
    return bool(session.scalar(select(waits)))


@dataclass(frozen=True)
class Backlog:
    """How many messages are not done, how many of them failed, how long the oldest is due."""

    waiting: int
    failing: int
    oldest_at: datetime | None


def read_backlog(session: Session) -> Backlog:
    """One question for all of it."""
    row = session.execute(
        select(
            func.count(),
            func.count().filter(OutboxMessage.attempts > 0),
            func.min(OutboxMessage.not_before),
        ).where(OutboxMessage.done_at.is_(None))
    ).one()
    return Backlog(*row)
