"""Verbs of logging in and out, for pages and for the API."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.commands.attempts import count_attempt, forgive_attempt
from marketplace.accounts.commands.sessions import finish_sign_in, note_sign_in
from marketplace.accounts.models import (
    AccessToken,
    LoginSession,
    LoginThrottle,
    OutsideInvitation,
    PasswordReset,
    Person,
    SignIn,
    SpentChallenge,
)
from marketplace.accounts.queries import hash_of
from marketplace.accounts.rules import passwords
from marketplace.accounts.rules.logins import is_demonstration, normal_login
from marketplace.accounts.rules.second_step import CodeNeeded, Outcome
from marketplace.accounts.rules.throttling import FORGET_AFTER, WrongCredentials, gates_of
from marketplace.audit.commands import record
from marketplace.core.db import count_removed

TOKEN_LIFE = timedelta(days=30)
KEEP_SPENT = timedelta(days=7)
# For whoever wonders later where somebody came in.
KEEP_SESSIONS = timedelta(days=90)
KEEP_CHALLENGES = timedelta(days=1)
PURPOSE = "login"

# What the caller does to make everything so far last, before slow work begins.
EndTransaction = Callable[[], None]


@dataclass(frozen=True)
class Claim:
    """Someone says who they are. `demonstration` tells whether public passwords are good here."""

    login: str
    password: str
    address: str | None
    demonstration: bool
    browser: str = ""


@dataclass(frozen=True)
class IssuedToken:
    """A token as it is shown once; only its hash is kept."""

    token: str
    expires_at: datetime


def log_in(
    session: Session,
    claim: Claim,
    now: datetime,
    end_transaction: EndTransaction,
    outcome: Outcome = Outcome.OPENED,
) -> Person:
    """The person who proved to be who they say. Raises WrongCredentials, TooManyAttempts.

    The attempt is counted before the password is looked at, and lasts: a hundred guesses
    sent at once are a hundred attempts. The slow hash runs while no transaction is open,
    because on SQLite all other writers would wait for it.
    """
    login = normal_login(claim.login)
    password = passwords.normal_password(claim.password)
    gates = gates_of(PURPOSE, login, claim.address)
    count_attempt(session, gates, now)
    person = session.scalars(select(Person).where(Person.login == login)).one_or_none()
    welcome = person is not None and _is_welcome(person, claim)
    password_hash = person.password_hash if person and welcome else None
    # Noted as failed before it is known: what is noted later would be slower for whoever exists.
    attempt = note_sign_in(session, person, claim, now) if person else None
    end_transaction()
    if not passwords.matches(password_hash, password) or person is None or attempt is None:
        raise WrongCredentials
    forgive_attempt(session, gates)
    waits = outcome is not Outcome.CONFIRMED and person.second_step_since is not None
    attempt.outcome = Outcome.WAITS if waits else outcome
    return person


def _is_welcome(person: Person, claim: Claim) -> bool:
    if person.deactivated_at is not None:
        return False
    return claim.demonstration or not is_demonstration(person.login)


def issue_token(
    session: Session,
    claim: Claim,
    now: datetime,
    end_transaction: EndTransaction,
    check_code: Callable[[Person], object] | None = None,
) -> IssuedToken:
    """A bearer token of the API for whoever proves who they are. Refuses like `log_in`, and with
    CodeNeeded where the person has a second step and `check_code` looks at none."""
    person = log_in(session, claim, now, end_transaction, Outcome.TOKEN)
    if person.second_step_since is not None:
        if check_code is None:
            end_transaction()
            raise CodeNeeded
        check_code(person)
        finish_sign_in(session, person.id, Outcome.TOKEN)
    return create_token(session, person, now, confirmed=person.second_step_since is not None)


def create_token(
    session: Session, person: Person, now: datetime, *, confirmed: bool = False
) -> IssuedToken:
    """A bearer token for a person, good for thirty days or until they log out everywhere."""
    issued = IssuedToken(secrets.token_urlsafe(32), now + TOKEN_LIFE)
    session.add(
        AccessToken(
            token_hash=hash_of(issued.token),
            person_id=person.id,
            session_epoch=person.session_epoch,
            created_at=now,
            expires_at=issued.expires_at,
            confirmed_at=now if confirmed else None,
        )
    )
    session.flush()
    return issued


def revoke_token(session: Session, token: str, now: datetime) -> None:
    """Makes a token worthless; once is as good as twice."""
    session.execute(
        update(AccessToken)
        .where(AccessToken.token_hash == hash_of(token), AccessToken.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def log_out_everywhere(session: Session, person_id: int) -> None:
    """Makes every session and token of a person worthless, on all devices."""
    session.execute(
        update(Person).where(Person.id == person_id).values(session_epoch=Person.session_epoch + 1)
    )


def end_all_sessions(session: Session, person_id: int | None, reason: str, now: datetime) -> int:
    """An administrator ends every session and token of a person, or of everybody; of how many."""
    whose = update(Person).values(session_epoch=Person.session_epoch + 1)
    whose = whose.where(Person.id == person_id) if person_id else whose
    ended = cast(CursorResult[Any], session.execute(whose)).rowcount
    record(
        session,
        now,
        actor_id=None,
        action="session.all_ended",
        object_kind="person" if person_id else "people",
        object_id=person_id or 0,
        before=None,
        after={"reason": reason, "people": ended},
    )
    return ended


def forget_old(session: Session, now: datetime) -> int:
    """Drops attempts that no longer slow anyone down, and links, tokens and sessions long spent;
    how many."""
    spent, calm, left = now - KEEP_SPENT, now - FORGET_AFTER, now - KEEP_SESSIONS
    return sum(
        count_removed(session, statement)
        for statement in (
            delete(LoginThrottle).where(LoginThrottle.last_at <= calm),
            delete(PasswordReset).where(PasswordReset.expires_at < spent),
            delete(AccessToken).where(AccessToken.expires_at < spent),
            # Nobody is seen after the end, so what was not seen for so long is over for so long.
            delete(LoginSession).where(LoginSession.last_seen_at < left),
            delete(SignIn).where(SignIn.at < left),
            delete(SpentChallenge).where(SpentChallenge.spent_at < now - KEEP_CHALLENGES),
            delete(OutsideInvitation).where(OutsideInvitation.expires_at < spent),
        )
    )
