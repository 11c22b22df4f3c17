"""Jobs that repeat: whoever moves the schedule forward has taken the turn."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.core.db import insert_into
from marketplace.outbox.models import Schedule
from marketplace.outbox.rules import Job, next_turn

LONGEST_ERROR = 200


def begin_schedules(session: Session, jobs: Mapping[str, Job], now: datetime) -> None:
    """Gives every repeating job its row, due at once; rows that are there keep their turn."""
    for name, job in sorted(jobs.items()):
        if job.every is not None:
            every_s = int(job.every.total_seconds())
            statement = insert_into(session, Schedule).values(
                job=name, next_at=now, every_s=every_s
            )
            session.execute(
                statement.on_conflict_do_update(index_elements=["job"], set_={"every_s": every_s})
            )


def take_turn(session: Session, jobs: Mapping[str, Job], now: datetime) -> str | None:
    """The repeating job that is due longest, its schedule already moved forward, or None.

    The row stays locked until the job's own transaction ends, so that turn and effect land
    together: a worker that is killed leaves the turn to the next one.
    """
    statement = (
        select(Schedule.job, Schedule.next_at)
        .where(Schedule.next_at <= now, Schedule.job.in_(sorted(jobs)))
        .order_by(Schedule.next_at, Schedule.job)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    turn = session.execute(statement).one_or_none()
    if turn is None:
        return None
    name: str = turn.job
    skip_turn(session, name, jobs, now)
    return name


def skip_turn(session: Session, job: str, jobs: Mapping[str, Job], now: datetime) -> None:
    """Moves a job's schedule past now: its turn was taken, or failed and has to wait."""
    every = jobs[job].every
    due_at = session.scalar(select(Schedule.next_at).where(Schedule.job == job))
    assert every is not None and due_at is not None, job
    if due_at <= now:
        next_at = next_turn(due_at, every, now)
        session.execute(update(Schedule).where(Schedule.job == job).values(next_at=next_at))


def note_turn(session: Session, job: str, took_ms: int, now: datetime) -> None:
    """Says when a turn was done, in the transaction of its effect."""
    done = update(Schedule).where(Schedule.job == job)
    session.execute(done.values(done_at=now, took_ms=took_ms, failed_at=None, last_error=None))


def note_failure(session: Session, job: str, error: str, now: datetime) -> None:
    """Says that a turn failed and how; the next one may mend it."""
    failed = update(Schedule).where(Schedule.job == job)
    session.execute(failed.values(failed_at=now, last_error=error[:LONGEST_ERROR]))
