"""What every step does: hold the row, append what happened, leave a trail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.core.errors import NotFound
from marketplace.hosts.models import Agency, Host, HostApplication, HostStep

# What happened (a kind of a step), and why.
Deed = tuple[str, str]


def lock_application(session: Session, application_id: int) -> HostApplication:
    """The application, held until this transaction ends. Raises NotFound."""
    found = session.scalar(
        select(HostApplication)
        .where(HostApplication.id == application_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


def step(
    session: Session, subject: Host | Agency, actor_id: int, deed: Deed, now: datetime
) -> HostStep:
    """Appends what happened to a host or an agency, here and in the trail."""
    kind, words = deed
    of_host = isinstance(subject, Host)
    done = HostStep(
        host_id=subject.id if of_host else None,
        agency_id=None if of_host else subject.id,
        kind=kind,
        at=now,
        actor_id=actor_id,
        words=words,
    )
    session.add(done)
    session.flush()
    what = ("host" if of_host else "agency", subject.id)
    leave_a_trail(session, actor_id, f"host.{kind.lower()}", what, {"words": words}, now=now)
    return done


def leave_a_trail(
    session: Session,
    actor_id: int,
    action: str,
    what: tuple[str, int],
    facts: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    """Facts, never what was sealed."""
    object_kind, object_id = what
    record(
        session,
        now,
        actor_id=actor_id,
        action=action,
        object_kind=object_kind,
        object_id=object_id,
        before=None,
        after=dict(facts),
    )
