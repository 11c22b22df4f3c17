"""What every step of a session shares: who may take it, the lock, the entry it leaves."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.core.errors import Forbidden, NotFound
from marketplace.core.identity import Identity
from marketplace.hosts.rules import works_for_host
from marketplace.livestream.models import LiveSession, SessionEntry
from marketplace.livestream.rules.sessions import (
    HostSuspended,
    WrongState,
    is_public,
    sees_session,
)

Facts = Mapping[str, Any]


def lock_session(session: Session, session_id: int) -> LiveSession:
    """The session as it is now, held until this transaction ends. Raises NotFound."""
    live = session.get(LiveSession, session_id, with_for_update=True, populate_existing=True)
    if live is None:
        raise NotFound
    return live


def lock_own(session: Session, identity: Identity, session_id: int) -> LiveSession:
    """The session for a person of its host; what others see they are forbidden."""
    live = lock_session(session, session_id)
    require_own(identity, live)
    return live


def require_own(identity: Identity, live: LiveSession) -> None:
    if works_for_host(identity, live.host_id):
        return
    sees = sees_session(identity, live.host_id) or is_public(live.check_state)
    raise Forbidden if sees else NotFound


def require_state(live: LiveSession, *states: str) -> None:
    if live.state not in states:
        raise WrongState


def require_active(suspended_at: datetime | None) -> None:
    """Raises HostSuspended: while that stands, nothing new begins."""
    if suspended_at is not None:
        raise HostSuspended


def note(
    session: Session,
    live: LiveSession,
    entry: tuple[str, str, Facts],
    now: datetime,
    *,
    actor_id: int | None,
) -> SessionEntry:
    """Adds an entry (kind, words, facts) to the record of a session, and leaves a trail."""
    kind, words, facts = entry
    made = SessionEntry(
        session_id=live.id,
        kind=kind,
        at=now,
        actor_id=actor_id,
        words=words,
        facts=dict(facts),
    )
    session.add(made)
    session.flush()
    record(
        session,
        now,
        actor_id=actor_id,
        action=f"session.{kind.lower()}",
        object_kind="live_session",
        object_id=live.id,
        before=None,
        after={"state": live.state, "check": live.check_state, "entry": made.id, "words": words},
    )
    return made
