"""Jobs that repeat: whoever moves the schedule forward has taken the turn."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from marketplace.core.db import insert_into
from marketplace.outbox.models import Schedule
from marketplace.outbox.rules import Job, next_turn


def begin_schedules(session: Session, jobs: Mapping[str, Job], now: datetime) -> None:
    """Gives every repeating job its row, due at once; rows that are there stay as they are."""
    for name, job in sorted(jobs.items()):
        if job.every is not None:
            statement = insert_into(session, Schedule).values(job=name, next_at=now)
            session.execute(statement.on_conflict_do_nothing(index_elements=["job"]))


def end_schedules(session: Session, jobs: Iterable[str]) -> None:
    """Removes the rows of jobs that take no turns with other machines, as a former version had."""
    session.execute(delete(Schedule).where(Schedule.job.in_(sorted(jobs))))


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
