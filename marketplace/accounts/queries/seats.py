"""Where people are logged in, and how they came in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import AccessToken, LoginSession, Person, SignIn
from marketplace.accounts.queries import hash_of
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.core.seats import Seat

# Whoever does not come back in this time is out.
IDLE_LIFE = timedelta(days=14)
# Whoever comes back each day logs in anew once a month all the same.
LONGEST_LIFE = timedelta(days=30)
# How much of a token's hash names it on a page: enough to tell it apart, and no secret.
MARK_LETTERS = 16
SHOWN = 20


# Put together once: it is asked with every page.
_SEAT = (
    select(
        LoginSession.id,
        LoginSession.last_seen_at,
        LoginSession.confirmed_at,
        Person.second_step_since.is_not(None),
    )
    .join(Person, Person.id == LoginSession.person_id)
    .where(
        LoginSession.key_hash == bindparam("key_hash"),
        LoginSession.person_id == bindparam("person_id"),
        LoginSession.session_epoch == bindparam("session_epoch"),
        LoginSession.session_epoch == Person.session_epoch,
        LoginSession.ended_at.is_(None),
        LoginSession.last_seen_at > bindparam("seen_after"),
        LoginSession.created_at > bindparam("made_after"),
        Person.deactivated_at.is_(None),
    )
)


def find_seat(
    asked: Connection | Session, identity: Identity, key: str, now: datetime
) -> Seat | None:
    """Where a person sits; None where that session ended, or never was. One read by two keys that
    must hold on every machine at once."""
    known = {
        "key_hash": hash_of(key),
        "person_id": identity.person_id,
        "session_epoch": identity.session_epoch,
        "seen_after": now - IDLE_LIFE,
        "made_after": now - LONGEST_LIFE,
    }
    found = asked.execute(_SEAT, known).one_or_none()
    return Seat(*found) if found else None


def list_open_sessions(session: Session, person_id: int, now: datetime) -> Sequence[LoginSession]:
    """Where a person is logged in, the latest seen first."""
    wanted = (
        select(LoginSession)
        .join(Person, Person.id == LoginSession.person_id)
        .where(
            LoginSession.person_id == person_id,
            LoginSession.ended_at.is_(None),
            LoginSession.last_seen_at > now - IDLE_LIFE,
            LoginSession.created_at > now - LONGEST_LIFE,
            LoginSession.session_epoch == Person.session_epoch,
        )
        .order_by(LoginSession.last_seen_at.desc(), LoginSession.id.desc())
    )
    return session.scalars(wanted.limit(200)).all()


def list_sign_ins(session: Session, person_id: int) -> Sequence[SignIn]:
    """The last attempts to come in as a person, the latest first."""
    wanted = select(SignIn).where(SignIn.person_id == person_id).order_by(SignIn.id.desc())
    return session.scalars(wanted.limit(SHOWN)).all()


@dataclass(frozen=True)
class OpenToken:
    """A token of the API as its owner may see it."""

    mark: str
    created_at: datetime
    expires_at: datetime
    confirmed_at: datetime | None


def list_open_tokens(session: Session, person_id: int, now: datetime) -> list[OpenToken]:
    """Programs that are logged in for a person, the latest first."""
    wanted = (
        select(AccessToken)
        .join(Person, Person.id == AccessToken.person_id)
        .where(
            AccessToken.person_id == person_id,
            AccessToken.revoked_at.is_(None),
            AccessToken.expires_at > now,
            AccessToken.session_epoch == Person.session_epoch,
        )
        .order_by(AccessToken.created_at.desc(), AccessToken.token_hash)
    )
    return [
        OpenToken(one.token_hash[:MARK_LETTERS], one.created_at, one.expires_at, one.confirmed_at)
        for one in session.scalars(wanted.limit(200))
    ]


def get_own_session(session: Session, person_id: int, session_id: int) -> LoginSession:
    """One's own session. Raises NotFound for anybody else's."""
    found = session.get(LoginSession, session_id)
    if found is None or found.person_id != person_id:
        raise NotFound
    return found
