"""Trying a failed job again before its time."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.cockpit.rules import NothingToRetry, operates
from marketplace.core.errors import Forbidden
from marketplace.core.identity import Identity
from marketplace.outbox.commands import retry


def retry_job(session: Session, identity: Identity, message_id: int, now: datetime) -> None:
    """Raises NothingToRetry where it was done meanwhile, or somebody is at it."""
    if not operates(identity):
        raise Forbidden
    if not retry(session, message_id, now):
        raise NothingToRetry
    record(
        session,
        now,
        actor_id=identity.person_id,
        action="job.retried",
        object_kind="job",
        object_id=message_id,
        before=None,
        after=None,
    )
