"""Settling a month with everybody of a kind: producers, or hosts and agencies."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from flask import request
from sqlalchemy.orm import Session

from marketplace.core.clock import day_of, latest_months
from marketplace.core.identity import Identity
from marketplace.outbox.commands import put
from marketplace.web import commit, current_identity, now, session

# Settled while the cashier waits; the worker does the others at once.
WHILE_WAITING = 100

Owed = TypeVar("Owed")


class Settled(Protocol):
    frozen_at: datetime


Freeze = Callable[[Session, Identity, Owed, str, datetime], Settled | None]


def months_to_settle() -> tuple[str, Sequence[str]]:
    """The month that is looked at, and those there are to choose from."""
    months = latest_months(day_of(now()))[1:]
    typed = request.values.get("period", "")
    return typed if typed in months else months[0], months


def settle_with(
    waiting: Sequence[Owed],
    period: str,
    freeze: Freeze[Owed],
    *,
    job: str,
    asked: Callable[[Owed], dict[str, object]],
) -> int:
    """Settles everybody who waits, each in a transaction of their own: how many were, just now."""
    identity, moment = current_identity(), now()
    for one in waiting[WHILE_WAITING:]:
        message = {**asked(one), "period": period, "person_id": identity.person_id}
        put(
            session(),
            job,
            message,
            effect_key=f"{job}:{period}:{one}:{moment:%Y%m%d%H%M}",
            now=moment,
        )
    commit()
    settled = 0
    for one in waiting[:WHILE_WAITING]:
        found = freeze(session(), identity, one, period, moment)
        settled += found is not None and found.frozen_at == moment
        commit()
    return settled
