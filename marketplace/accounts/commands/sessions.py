"""Verbs about where people are logged in: beginning, being seen, confirming, ending."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.models import AccessToken, LoginSession, Person, SignIn
from marketplace.accounts.queries import hash_of
from marketplace.accounts.queries.seats import MARK_LETTERS, get_own_session
from marketplace.accounts.rules.devices import browser_of, masked
from marketplace.accounts.rules.second_step import Outcome, Way
from marketplace.audit.commands import record
from marketplace.core.errors import NotFound

# Often enough to know whether somebody is there, seldom enough to cost nothing.
SEEN_EVERY = timedelta(minutes=5)


class Origin(Protocol):
    """From where a request comes."""

    @property
    def address(self) -> str | None: ...
    @property
    def browser(self) -> str: ...


@dataclass(frozen=True)
class NewSession:
    """A browser that is to be logged in, and how its person proved who they are."""

    way: Way
    address: str | None
    browser: str
    is_confirmed: bool = True


def begin_session(session: Session, person: Person, new: NewSession, now: datetime) -> str:
    """The key of a new session. It is shown to nobody but the browser, in its signed cookie."""
    key = secrets.token_urlsafe(24)
    session.add(
        LoginSession(
            person_id=person.id,
            key_hash=hash_of(key),
            session_epoch=person.session_epoch,
            way=new.way,
            browser=browser_of(new.browser),
            network=masked(new.address),
            created_at=now,
            last_seen_at=now,
            confirmed_at=now if new.is_confirmed else None,
        )
    )
    session.flush()
    return key


def note_sign_in(
    session: Session,
    person: Person,
    origin: Origin,
    now: datetime,
    outcome: Outcome = Outcome.WRONG_PASSWORD,
) -> SignIn:
    """Writes an attempt down where its person finds it."""
    made = SignIn(
        person_id=person.id,
        at=now,
        outcome=outcome,
        browser=browser_of(origin.browser),
        network=masked(origin.address),
    )
    session.add(made)
    session.flush()
    return made


def finish_sign_in(session: Session, person_id: int, outcome: Outcome = Outcome.OPENED) -> None:
    """The second step was done: the attempt that waited for it opened the door."""
    newest = select(func.max(SignIn.id)).where(
        SignIn.person_id == person_id, SignIn.outcome == Outcome.WAITS
    )
    session.execute(
        update(SignIn).where(SignIn.id == newest.scalar_subquery()).values(outcome=outcome)
    )


def note_seen(session: Session, session_id: int, now: datetime) -> None:
    """That somebody was there, at most every five minutes."""
    session.execute(
        update(LoginSession)
        .where(LoginSession.id == session_id, LoginSession.last_seen_at <= now - SEEN_EVERY)
        .values(last_seen_at=now)
    )


def confirm_session(session: Session, session_id: int, now: datetime) -> str:
    """Whoever sits there proved once more who they are: the session goes on under a new key, which
    a thief of the old one does not have."""
    key = secrets.token_urlsafe(24)
    session.execute(
        update(LoginSession)
        .where(LoginSession.id == session_id)
        .values(confirmed_at=now, key_hash=hash_of(key))
    )
    return key


def leave_session(session: Session, session_id: int, now: datetime) -> None:
    """Logs out on the browser that asks; once is as good as twice."""
    session.execute(
        update(LoginSession)
        .where(LoginSession.id == session_id, LoginSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def end_session(session: Session, person_id: int, session_id: int, now: datetime) -> None:
    """Logs a person out on one browser, from its next request on. Raises NotFound for others'."""
    found = get_own_session(session, person_id, session_id)
    if found.ended_at is None:
        found.ended_at = now
        session.flush()
        _note(session, now, person_id, "session.ended", {"session_id": session_id})


def end_other_sessions(
    session: Session, person_id: int, keep: int | None, now: datetime
) -> tuple[int, int]:
    """Logs a person out everywhere but here, programs too: how many browsers, how many tokens."""
    sessions = update(LoginSession).where(
        LoginSession.person_id == person_id,
        LoginSession.id != (keep or 0),
        LoginSession.ended_at.is_(None),
    )
    tokens = update(AccessToken).where(
        AccessToken.person_id == person_id, AccessToken.revoked_at.is_(None)
    )
    ended = sessions.values(ended_at=now).returning(LoginSession.id)
    revoked = tokens.values(revoked_at=now).returning(AccessToken.created_at)
    counts = len(session.execute(ended).all()), len(session.execute(revoked).all())
    after = {"sessions": counts[0], "tokens": counts[1]}
    _note(session, now, person_id, "session.others_ended", after)
    return counts


def end_token(session: Session, person_id: int, mark: str, now: datetime) -> None:
    """Makes one token of one's own worthless. Raises NotFound for others'."""
    if not mark.isalnum():
        raise NotFound
    ended = session.execute(
        update(AccessToken)
        .where(
            AccessToken.person_id == person_id,
            func.substr(AccessToken.token_hash, 1, MARK_LETTERS) == mark,
            AccessToken.revoked_at.is_(None),
        )
        .values(revoked_at=now)
        .returning(AccessToken.person_id)
    )
    if ended.first() is None:
        raise NotFound
    _note(session, now, person_id, "token.revoked", None)


def _note(
    session: Session, now: datetime, person_id: int, action: str, after: dict[str, int] | None
) -> None:
    record(
        session,
        now,
        actor_id=person_id,
        action=action,
        object_kind="person",
        object_id=person_id,
        before=None,
        after=after,
    )
