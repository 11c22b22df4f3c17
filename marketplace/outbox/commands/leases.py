"""Taking a message on a lease, and what becomes of it."""

import secrets
from datetime import datetime

from sqlalchemy import Row, or_, select, update
from sqlalchemy.orm import Session

from marketplace.outbox.models import OutboxMessage
from marketplace.outbox.rules import LEASE, LeasedMessage, Payload, delay_after, disclose

LONGEST_ERROR = 2000


def take(session: Session, now: datetime) -> LeasedMessage | None:
    """Leases the message that has been due longest, or None. The caller commits the lease.

    One conditional UPDATE: workers that come at the same moment skip each other's row on
    PostgreSQL and come one after the other on SQLite.
    """
    due = (
        select(OutboxMessage.id)
        .where(
            OutboxMessage.done_at.is_(None),
            OutboxMessage.not_before <= now,
            or_(OutboxMessage.leased_until.is_(None), OutboxMessage.leased_until <= now),
        )
        .order_by(OutboxMessage.not_before, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    taken = session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == due.scalar_subquery())
        .values(lease=secrets.token_hex(16), leased_until=now + LEASE)
        .returning(
            OutboxMessage.id,
            OutboxMessage.job,
            OutboxMessage.payload,
            OutboxMessage.effect_key,
            OutboxMessage.lease,
            OutboxMessage.attempts,
        )
    ).one_or_none()
    return _as_leased(taken) if taken else None


def _as_leased(taken: Row[tuple[int, str, Payload, str, str, int]]) -> LeasedMessage:
    payload, request_id = disclose(taken.payload)
    return LeasedMessage(
        id=taken.id,
        job=taken.job,
        payload=payload,
        effect_key=taken.effect_key,
        lease=taken.lease,
        attempts=taken.attempts,
        request_id=request_id,
    )


def extend(session: Session, message: LeasedMessage, until: datetime) -> None:
    """Keeps a message for longer than usual, because it takes longer. The caller commits."""
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message.id, OutboxMessage.lease == message.lease)
        .values(leased_until=until)
    )


def claim(session: Session, message: LeasedMessage) -> bool:
    """Whether the lease is still ours; if so, its row is locked until this transaction ends.

    While we hold the row nobody can take the message over, even when the job outlives its
    lease; when we are killed, the lock and everything we wrote go together.
    """
    statement = select(OutboxMessage.id).where(
        OutboxMessage.id == message.id,
        OutboxMessage.lease == message.lease,
        OutboxMessage.done_at.is_(None),
    )
    return session.scalar(statement.with_for_update()) is not None


def finish(session: Session, message: LeasedMessage, now: datetime) -> None:
    """Marks a claimed message done, in the transaction of its effect.

    Its payload is forgotten: letters hold links and addresses that nobody needs any more.
    """
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message.id)
        .values(done_at=now, lease=None, leased_until=None, last_error=None, payload={})
    )


def postpone(session: Session, message: LeasedMessage, error: str, now: datetime) -> None:
    """After a failure: the reason is kept and the next attempt waits longer each time."""
    attempts = message.attempts + 1
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message.id, OutboxMessage.lease == message.lease)
        .values(
            attempts=attempts,
            not_before=now + delay_after(attempts),
            last_error=error[:LONGEST_ERROR],
            lease=None,
            leased_until=None,
        )
    )
