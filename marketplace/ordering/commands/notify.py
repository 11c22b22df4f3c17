"""Telling people what waits for them, through the outbox: once per event, never lost."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.outbox.commands import put, put_all

NOTIFY_JOB = "ordering.notify"
# Done by payments, which knows by what way the money came.
PAY_BACK_JOB = "payments.pay_back"

# An event, and the id of what it happened to.
News = tuple[str, int]


def key_of(event: str, object_id: int | str = "") -> str:
    """Under which key an event is told of, once."""
    return f"{NOTIFY_JOB}:{event}:{object_id}"


def tell(session: Session, event: str, object_id: int, now: datetime, *, turn: str = "") -> bool:
    """Asks the worker to tell whoever an event concerns, once each turn; whether it was new."""
    payload = {"event": event, "object_id": object_id, **({"turn": turn} if turn else {})}
    return put(
        session,
        NOTIFY_JOB,
        payload,
        effect_key=key_of(event, f"{object_id}{turn}"),
        now=now,
    )


def tell_all(session: Session, news: Sequence[News], now: datetime) -> None:
    """The same of several events, in one statement."""
    payloads = {
        key_of(event, object_id): {"event": event, "object_id": object_id}
        for event, object_id in news
    }
    put_all(session, NOTIFY_JOB, payloads, now=now)


def offer_back(session: Session, purchase_id: int, source: str, now: datetime) -> None:
    """A private buyer has credit: it goes back the way it came, where that can be done."""
    payload = {"purchase_id": purchase_id}
    put(session, PAY_BACK_JOB, payload, effect_key=f"{PAY_BACK_JOB}:{source}", now=now)
