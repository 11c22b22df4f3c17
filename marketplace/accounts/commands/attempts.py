"""Counting attempts before they are made, and forgiving those that were rightful."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.models import LoginThrottle
from marketplace.accounts.rules.throttling import (
    Gate,
    TooManyAttempts,
    delay_after,
    is_forgotten,
)
from marketplace.core.db import insert_into


def count_attempt(session: Session, gates: Sequence[Gate], now: datetime) -> None:
    """Counts one attempt under every gate. Raises TooManyAttempts where one is shut.

    Gates are taken in the order of their keys, each row locked, so that attempts which come
    at the same moment count one after the other and never wait in a ring.
    """
    ordered = sorted(gates, key=lambda gate: gate.key)
    rows = {gate: _lock(session, gate.key, now) for gate in ordered}
    waits = [row.blocked_until - now for row in rows.values() if row.blocked_until]
    if waits and max(waits).total_seconds() > 0:
        raise TooManyAttempts(max(waits))
    for gate, row in rows.items():
        failures = 0 if is_forgotten(row.last_at, now) else row.failures
        row.failures, row.last_at = failures + 1, now
        delay = delay_after(row.failures, gate.free)
        row.blocked_until = now + delay if delay else None
    session.flush()


def _lock(session: Session, key: str, now: datetime) -> LoginThrottle:
    first = insert_into(session, LoginThrottle).values(key=key, failures=0, last_at=now)
    session.execute(first.on_conflict_do_nothing(index_elements=["key"]))
    row = select(LoginThrottle).where(LoginThrottle.key == key).with_for_update()
    return session.scalars(row, execution_options={"populate_existing": True}).one()


def forgive_attempt(session: Session, gates: Sequence[Gate]) -> None:
    """Takes a rightful attempt back.

    The name's count begins anew. The address only loses this one attempt: otherwise
    logging into one's own account now and then would give free guesses at others'.
    """
    by_name, by_address = gates
    session.execute(delete(LoginThrottle).where(LoginThrottle.key == by_name.key))
    session.execute(
        update(LoginThrottle)
        .where(LoginThrottle.key == by_address.key, LoginThrottle.failures > 0)
        .values(failures=LoginThrottle.failures - 1, blocked_until=None)
    )
