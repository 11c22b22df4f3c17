"""Putting a message into the outbox, and what is forgotten after a while."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from marketplace.core.acting import acting_now
from marketplace.core.db import count_removed, insert_into
from marketplace.outbox.models import IdempotentRequest, OutboxMessage, SentMail, WorkerSeen
from marketplace.outbox.rules import Payload, enclose

KEEP_ANSWERS = timedelta(days=7)
KEEP_SIGNS = timedelta(days=1)
KEEP_LETTERS = timedelta(days=365)


def put(
    session: Session,
    job: str,
    payload: Payload,
    *,
    effect_key: str,
    now: datetime,
    not_before: datetime | None = None,
) -> bool:
    """Asks for a job in the transaction that makes it necessary; False if it was asked before."""
    asked = {effect_key: payload}
    return effect_key in put_all(session, job, asked, now=now, not_before=not_before)


def put_all(
    session: Session,
    job: str,
    payloads: Mapping[str, Payload],
    *,
    now: datetime,
    not_before: datetime | None = None,
) -> set[str]:
    """Asks for a job with each payload, by effect key, in one statement; returns the keys that
    were not asked for before."""
    request_id = acting_now().request_id
    rows = [
        {
            "job": job,
            "payload": enclose(payload, request_id),
            "effect_key": effect_key,
            "created_at": now,
            "not_before": not_before or now,
            "attempts": 0,
        }
        for effect_key, payload in payloads.items()
    ]
    if not rows:
        # An INSERT that is given no rows would make one of defaults.
        return set()
    statement = insert_into(session, OutboxMessage)
    statement = statement.on_conflict_do_nothing(index_elements=["effect_key"])
    return set(session.scalars(statement.returning(OutboxMessage.effect_key), rows))


def retry(session: Session, message_id: int, now: datetime) -> bool:
    """Makes a message due now that failed and waits for its next attempt; False where nothing
    waits any more, or somebody is at it."""
    waits = (OutboxMessage.done_at.is_(None), OutboxMessage.attempts > 0)
    free = or_(OutboxMessage.leased_until.is_(None), OutboxMessage.leased_until <= now)
    due = update(OutboxMessage).where(OutboxMessage.id == message_id, *waits, free)
    found = session.execute(due.values(not_before=now).returning(OutboxMessage.id))
    return found.first() is not None


def see_worker(session: Session, worker: str, now: datetime) -> None:
    """A worker's sign of life."""
    statement = insert_into(session, WorkerSeen).values(worker=worker, seen_at=now)
    session.execute(
        statement.on_conflict_do_update(index_elements=["worker"], set_={"seen_at": now})
    )


def forget_old(session: Session, now: datetime) -> int:
    """Drops answers nobody will ask for again, workers that left, and to whom letters went; how
    many.

    Done messages stay: their effect keys are what keeps an effect from happening twice.
    """
    return sum(
        count_removed(session, statement)
        for statement in (
            delete(IdempotentRequest).where(IdempotentRequest.at < now - KEEP_ANSWERS),
            delete(WorkerSeen).where(WorkerSeen.seen_at < now - KEEP_SIGNS),
            delete(SentMail).where(SentMail.sent_at < now - KEEP_LETTERS),
        )
    )
