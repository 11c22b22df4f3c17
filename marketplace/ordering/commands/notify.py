"""Telling people what waits for them, through the outbox: once per event, never lost."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.outbox.commands import put

NOTIFY_JOB = "ordering.notify"


def tell(session: Session, event: str, object_id: int, now: datetime) -> None:
    """Asks the worker to write to whoever an event concerns."""
    put(
        session,
        NOTIFY_JOB,
        {"event": event, "object_id": object_id},
        effect_key=f"{NOTIFY_JOB}:{event}:{object_id}",
        now=now,
    )
