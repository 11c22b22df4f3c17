"""A session starts and ends, with everything it offered frozen into its record; what is known
later is added, and nothing is ever changed."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.clock import SHANGHAI
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, Role
from marketplace.hosts.commands.locks import lock_host
from marketplace.hosts.rules import works_for_host
from marketplace.livestream.commands.steps import (
    lock_own,
    lock_session,
    note,
    require_active,
    require_state,
)
from marketplace.livestream.models import LiveSession, SessionEntry
from marketplace.livestream.queries.record import facts_of
from marketplace.livestream.rules.sessions import (
    AHEAD,
    LEFT_OPEN,
    MAY_START,
    AnotherLive,
    Kind,
    NotChecked,
    NothingToSell,
    Recording,
    SessionState,
    TooEarly,
)

AT_ONCE = 50


def start_session(
    session: Session, identity: Identity, session_id: int, now: datetime
) -> LiveSession:
    """The session is on, and what it sells at which price, by whom, is written down. Started
    again, nothing changes."""
    host_id = session.scalar(select(LiveSession.host_id).where(LiveSession.id == session_id))
    if host_id is None:
        raise NotFound
    # Sessions of one host start one after the other, so that never two are live.
    host = lock_host(session, host_id)
    live = lock_own(session, identity, session_id)
    if live.state in (SessionState.LIVE, SessionState.ENDED):
        return live
    require_state(live, SessionState.PLANNED)
    require_active(host.suspended_at)
    _require_startable(session, live, now)
    facts = {**facts_of(session, live, now), "started_by": identity.name}
    if not facts["goods"]:
        raise NothingToSell
    live.state, live.started_at = SessionState.LIVE, now
    session.flush()
    note(session, live, (Kind.STARTED, "", facts), now, actor_id=identity.person_id)
    return live


def _require_startable(session: Session, live: LiveSession, now: datetime) -> None:
    if live.check_state not in MAY_START:
        raise NotChecked
    if now < live.starts_at - AHEAD:
        earliest = (live.starts_at - AHEAD).astimezone(SHANGHAI)
        raise TooEarly(earliest=f"{earliest:%Y-%m-%d %H:%M}")
    other = session.scalar(
        select(LiveSession.title)
        .where(LiveSession.host_id == live.host_id, LiveSession.state == SessionState.LIVE)
        .limit(1)
    )
    if other is not None:
        raise AnotherLive(title=other)


def end_session(
    session: Session, identity: Identity, session_id: int, now: datetime
) -> LiveSession:
    """The session is over. Ended again, nothing changes."""
    live = lock_own(session, identity, session_id)
    if live.state != SessionState.ENDED:
        require_state(live, SessionState.LIVE)
        _end(session, live, now, identity)
    return live


def end_due(session: Session, now: datetime) -> int:
    """Ends sessions that nobody ended, two hours after their planned end; how many."""
    due = select(LiveSession.id).where(
        LiveSession.state == SessionState.LIVE, LiveSession.ends_at <= now - LEFT_OPEN
    )
    found = list(session.scalars(due.order_by(LiveSession.id).limit(AT_ONCE)))
    return sum(_end_left_open(session, session_id, now) for session_id in found)


def _end_left_open(session: Session, session_id: int, now: datetime) -> bool:
    live = lock_session(session, session_id)
    if live.state != SessionState.LIVE:
        return False
    _end(session, live, now, None)
    return True


def _end(session: Session, live: LiveSession, now: datetime, identity: Identity | None) -> None:
    """By whoever ended it; without anyone, because it was left open."""
    facts = {**facts_of(session, live, now), "ended_by": identity.name if identity else None}
    live.state, live.ended_at = SessionState.ENDED, now
    session.flush()
    actor_id = identity.person_id if identity else None
    note(session, live, (Kind.ENDED, "", facts), now, actor_id=actor_id)


def note_recording(
    session: Session, identity: Identity, session_id: int, recording: Recording, now: datetime
) -> LiveSession:
    """Where the recording lies and its hash. Another one later is another entry."""
    live = lock_own(session, identity, session_id)
    require_state(live, SessionState.ENDED)
    facts = vars(recording)
    if facts != _latest_recording(session, live.id):
        note(session, live, (Kind.RECORDED, "", facts), now, actor_id=identity.person_id)
    return live


def _latest_recording(session: Session, session_id: int) -> dict[str, str] | None:
    return session.scalar(
        select(SessionEntry.facts)
        .where(SessionEntry.session_id == session_id, SessionEntry.kind == Kind.RECORDED)
        .order_by(SessionEntry.id.desc())
        .limit(1)
    )


def correct_record(
    session: Session,
    identity: Identity,
    session_id: int,
    correction: tuple[int | None, str],
    now: datetime,
) -> SessionEntry:
    """Adds what is right (entry that it is about, words); what was written stays beside it. Said
    by the host's people, or by an operator of the county."""
    entry_id, words = correction
    live = lock_session(session, session_id)
    if not identity.is_in_centre(Role.OPERATOR) or works_for_host(identity, live.host_id):
        live = lock_own(session, identity, session_id)
    require_state(live, SessionState.ENDED)
    facts: dict[str, int] = {}
    if entry_id is not None:
        about = session.get(SessionEntry, entry_id)
        if about is None or about.session_id != session_id:
            raise NotFound
        facts = {"about": entry_id}
    latest = _latest_correction(session, session_id)
    if latest is not None and (latest.words, latest.facts) == (words, facts):
        return latest
    return note(session, live, (Kind.CORRECTED, words, facts), now, actor_id=identity.person_id)


def _latest_correction(session: Session, session_id: int) -> SessionEntry | None:
    """The newest entry, where it is a correction: a second click says nothing new."""
    newest = session.scalars(
        select(SessionEntry)
        .where(SessionEntry.session_id == session_id)
        .order_by(SessionEntry.id.desc())
        .limit(1)
    ).one_or_none()
    return newest if newest is not None and newest.kind == Kind.CORRECTED else None
