"""Verbs of logging in and out, for pages and for the API."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.commands.attempts import count_attempt, forgive_attempt
from marketplace.accounts.models import AccessToken, LoginThrottle, PasswordReset, Person
from marketplace.accounts.queries import hash_of
from marketplace.accounts.rules import passwords
from marketplace.accounts.rules.logins import is_demonstration, normal_login
from marketplace.accounts.rules.throttling import FORGET_AFTER, WrongCredentials, gates_of
from marketplace.core.db import count_removed

TOKEN_LIFE = timedelta(days=30)
KEEP_SPENT = timedelta(days=7)
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


@dataclass(frozen=True)
class IssuedToken:
    """A token as it is shown once; only its hash is kept."""

    token: str
    expires_at: datetime


def log_in(
    session: Session, claim: Claim, now: datetime, end_transaction: EndTransaction
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
    end_transaction()
    if not passwords.matches(password_hash, password) or person is None:
        raise WrongCredentials
    forgive_attempt(session, gates)
    return person


def _is_welcome(person: Person, claim: Claim) -> bool:
    if person.deactivated_at is not None:
        return False
    return claim.demonstration or not is_demonstration(person.login)


def issue_token(
    session: Session, claim: Claim, now: datetime, end_transaction: EndTransaction
) -> IssuedToken:
    """A bearer token of the API for whoever proves who they are. Refuses like `log_in`."""
    person = log_in(session, claim, now, end_transaction)
    return create_token(session, person, now)


def create_token(session: Session, person: Person, now: datetime) -> IssuedToken:
    """A bearer token for a person, good for thirty days or until they log out everywhere."""
    issued = IssuedToken(secrets.token_urlsafe(32), now + TOKEN_LIFE)
    session.add(
        AccessToken(
            token_hash=hash_of(issued.token),
            person_id=person.id,
            session_epoch=person.session_epoch,
            created_at=now,
            expires_at=issued.expires_at,
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


def forget_old(session: Session, now: datetime) -> int:
    """Drops attempts that no longer slow anyone down, and links and tokens long spent; how many."""
    spent, calm = now - KEEP_SPENT, now - FORGET_AFTER
    return sum(
        count_removed(session, statement)
        for statement in (
            delete(LoginThrottle).where(LoginThrottle.last_at <= calm),
            delete(PasswordReset).where(PasswordReset.expires_at < spent),
            delete(AccessToken).where(AccessToken.expires_at < spent),
        )
    )
