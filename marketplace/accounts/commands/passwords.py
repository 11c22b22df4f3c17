"""Verbs about passwords: changing one's own, and setting a forgotten one by a link."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.commands.attempts import count_attempt
from marketplace.accounts.commands.login import Claim, EndTransaction, log_in
from marketplace.accounts.models import PasswordReset, Person
from marketplace.accounts.queries import find_open_reset, find_person, hash_of
from marketplace.accounts.rules.logins import can_be_written_to, normal_login
from marketplace.accounts.rules.passwords import fit_and_hash, fit_password, hash_password
from marketplace.accounts.rules.second_step import Outcome
from marketplace.accounts.rules.throttling import WrongCredentials, gates_of
from marketplace.audit.commands import record
from marketplace.core.errors import N_, Refusal, invalid
from marketplace.outbox.commands import put_letter
from marketplace.outbox.rules import Letter

LINK_LIFE = timedelta(hours=1)
# One letter in this time is enough: nobody's mailbox is filled by strangers.
BETWEEN_LETTERS = timedelta(minutes=5)

WRONG_OLD = N_("现在的密码不对,请再输入一次。")


class LinkSpent(Refusal):
    """A link that sets a password works once and for an hour."""

    code = "password.link_spent"
    status = 410
    message = N_("这个链接已经用过或过了有效期(1 小时)。请重新申请一个。")


@dataclass(frozen=True)
class PasswordChange:
    """The old password, which proves who asks, and the new one."""

    old: Claim
    new_password: str


@dataclass(frozen=True)
class ResetRequest:
    """Who says to have forgotten a password; `write` gives subject and words for a token."""

    login: str
    address: str | None
    write: Callable[[str], tuple[str, str]]


def change_password(
    session: Session, change: PasswordChange, now: datetime, end_transaction: EndTransaction
) -> Person:
    """Sets a new password and ends all other sessions. Raises InvalidInput, TooManyAttempts.

    Wrong old passwords are counted like wrong logins: an open session is no free way to guess.
    """
    fit_password(change.new_password, normal_login(change.old.login), "new_password")
    try:
        person = log_in(session, change.old, now, end_transaction, Outcome.CONFIRMED)
    except WrongCredentials:
        raise invalid("old_password", WRONG_OLD) from None
    end_transaction()
    password_hash = fit_and_hash(change.new_password, person.login, "new_password")
    _set_password(session, person.id, password_hash, now)
    session.refresh(person)
    return person


def put_reset_letter(session: Session, wanted: ResetRequest, now: datetime) -> None:
    """Sends a link to whoever has this login, and nobody is told whether anyone has.

    Raises InvalidInput for what cannot be a login, TooManyAttempts.
    """
    login = normal_login(wanted.login)
    count_attempt(session, gates_of("reset", login, wanted.address), now)
    person = find_person(session, login)
    if person is None or person.deactivated_at or not can_be_written_to(person.login):
        return
    if _has_recent_letter(session, person.id, now):
        return
    token = secrets.token_urlsafe(32)
    session.add(
        PasswordReset(
            token_hash=hash_of(token),
            person_id=person.id,
            created_at=now,
            expires_at=now + LINK_LIFE,
        )
    )
    session.flush()
    subject, words = wanted.write(token)
    effect_key = f"password-reset:{hash_of(token)}"
    put_letter(session, Letter(effect_key, person.login, subject, words), now)


def _has_recent_letter(session: Session, person_id: int, now: datetime) -> bool:
    recent = select(func.count()).where(
        PasswordReset.person_id == person_id, PasswordReset.created_at > now - BETWEEN_LETTERS
    )
    return bool(session.scalar(recent))


def reset_password(
    session: Session, link: tuple[str, str], now: datetime, end_transaction: EndTransaction
) -> None:
    """Sets the password by a link's token: `link` is the token and the new password.

    Raises InvalidInput, and LinkSpent for whoever comes second.
    """
    token, new_password = link
    person = find_open_reset(session, token, now)
    if person is None:
        raise LinkSpent
    password = fit_password(new_password, person.login, "new_password")
    end_transaction()
    password_hash = hash_password(password)
    if not _spend(session, token, now):
        raise LinkSpent
    _set_password(session, person.id, password_hash, now)


def _spend(session: Session, token: str, now: datetime) -> bool:
    """Takes the link, if nobody was quicker."""
    taken = (
        update(PasswordReset)
        .where(
            PasswordReset.token_hash == hash_of(token),
            PasswordReset.used_at.is_(None),
            PasswordReset.expires_at > now,
        )
        .values(used_at=now)
        .returning(PasswordReset.person_id)
    )
    return session.execute(taken).first() is not None


def _set_password(session: Session, person_id: int, password_hash: str, now: datetime) -> None:
    """The new hash; every session, token and other link of the person is worthless from now on."""
    session.execute(
        update(Person)
        .where(Person.id == person_id)
        .values(password_hash=password_hash, session_epoch=Person.session_epoch + 1)
    )
    session.execute(
        update(PasswordReset)
        .where(PasswordReset.person_id == person_id, PasswordReset.used_at.is_(None))
        .values(used_at=now)
    )
    record(
        session,
        now,
        actor_id=person_id,
        action="password.changed",
        object_kind="person",
        object_id=person_id,
        before=None,
        after=None,
    )
