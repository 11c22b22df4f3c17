"""Planning a session and calling it off; the county's look at it before it starts."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.core.identity import Identity, Role
from marketplace.hosts.queries import get_host
from marketplace.hosts.rules import works_for_host
from marketplace.livestream.commands.steps import (
    lock_own,
    lock_session,
    note,
    require_active,
    require_state,
)
from marketplace.livestream.commands.tell import tell_county, tell_host, tell_producers
from marketplace.livestream.models import LiveSession
from marketplace.livestream.queries.claims import own_hosts
from marketplace.livestream.queries.record import last_entry_id
from marketplace.livestream.rules.sessions import (
    ChangedSince,
    Check,
    Kind,
    OwnSession,
    SessionState,
    SessionWish,
    WrongState,
    wrong_times,
)


def plan_session(
    session: Session,
    identity: Identity,
    place: tuple[int, str],
    wish: SessionWish,
    now: datetime,
) -> LiveSession:
    """A session of a host in a county (host, six digits). The county looks at it before it
    starts, unless it trusts the host."""
    host_id, county_code = place
    if not works_for_host(identity, host_id):
        raise NotFound
    host = get_host(session, host_id)
    require_active(host.suspended_at)
    errors = wrong_times(wish, now)
    if errors:
        raise InvalidInput(*errors)
    live = LiveSession(
        host_id=host_id,
        county_code=host.county_code or county_code,
        title=wish.title,
        starts_at=wish.starts_at,
        ends_at=wish.ends_at,
        state=SessionState.PLANNED,
        check_state=Check.NOT_NEEDED if host.trusted_at else Check.WAITING,
        created_by=identity.person_id,
        created_at=now,
    )
    session.add(live)
    session.flush()
    facts = {
        "title": wish.title,
        "starts_at": wish.starts_at.isoformat(),
        "ends_at": wish.ends_at.isoformat(),
    }
    note(session, live, (Kind.PLANNED, "", facts), now, actor_id=identity.person_id)
    if live.check_state == Check.WAITING:
        tell_county(session, live, now)
    return live


def cancel_session(
    session: Session, identity: Identity, session_id: int, reason: str, now: datetime
) -> LiveSession:
    """Calls a session off that has not started. Called off again, nothing changes."""
    live = lock_own(session, identity, session_id)
    if live.state != SessionState.CANCELLED:
        require_state(live, SessionState.PLANNED)
        live.state = SessionState.CANCELLED
        note(session, live, (Kind.CANCELLED, reason, {}), now, actor_id=identity.person_id)
        tell_producers(session, live, now)
    return live


def pass_session(
    session: Session, identity: Identity, session_id: int, seen_entry_id: int, now: datetime
) -> LiveSession:
    """The county has looked at the session as it was after the entry that was in sight."""
    live = _lock_to_check(session, identity, session_id, now)
    if live.check_state != Check.PASSED:
        _require_waiting(session, live, seen_entry_id)
        live.check_state = Check.PASSED
        made = note(session, live, (Kind.PASSED, "", {}), now, actor_id=identity.person_id)
        tell_host(session, live, ("session_passed", live.title, made.id), now)
    return live


def refuse_session(
    session: Session,
    identity: Identity,
    seen: tuple[int, int],
    reason: str,
    now: datetime,
) -> LiveSession:
    """The county says what is wrong with a session (id, newest entry in sight). Its host puts
    that right, and it is looked at again."""
    session_id, seen_entry_id = seen
    live = _lock_to_check(session, identity, session_id, now)
    if live.check_state != Check.REFUSED:
        _require_waiting(session, live, seen_entry_id)
        live.check_state = Check.REFUSED
        made = note(session, live, (Kind.REFUSED, reason, {}), now, actor_id=identity.person_id)
        tell_host(session, live, ("session_refused", live.title, made.id), now)
    return live


def _lock_to_check(
    session: Session, identity: Identity, session_id: int, now: datetime
) -> LiveSession:
    if not identity.is_in_centre(Role.OPERATOR):
        raise Forbidden
    live = lock_session(session, session_id)
    if live.host_id in own_hosts(session, identity, now):
        raise OwnSession
    return live


def _require_waiting(session: Session, live: LiveSession, seen_entry_id: int) -> None:
    if live.state != SessionState.PLANNED or live.check_state != Check.WAITING:
        raise WrongState
    if last_entry_id(session, live.id) != seen_entry_id:
        raise ChangedSince
