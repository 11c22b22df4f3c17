"""Verbs of whoever comes anew: asking for a link by letter, and an account made by it.

Until the link is followed nothing is kept of them: what they typed travels sealed in the link, so
that nobody can take a mail address that is not theirs, and no half account has to be forgotten.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from marketplace.accounts.commands.attempts import count_attempt
from marketplace.accounts.commands.login import EndTransaction
from marketplace.accounts.commands.passwords import BETWEEN_LETTERS, LINK_LIFE, LinkSpent
from marketplace.accounts.commands.people import NewPerson, create_person
from marketplace.accounts.models import Person
from marketplace.accounts.queries import find_person
from marketplace.accounts.rules.logins import can_be_written_to, normal_login, normal_name
from marketplace.accounts.rules.passwords import fit_and_hash
from marketplace.accounts.rules.throttling import gates_of
from marketplace.core.errors import N_, invalid
from marketplace.core.sealing import Sealer
from marketplace.outbox.commands import put_letter
from marketplace.outbox.rules import Letter

NOT_AN_ADDRESS = N_("请填写收得到信的邮箱,例如 wang@example.org。")
_PURPOSE = "join"


@dataclass(frozen=True)
class Newcomer:
    """Who wants to come: the mail address that becomes their login, and their name."""

    login: str
    name: str


@dataclass(frozen=True)
class Invited:
    """Whom a link was written to. They agreed, when they asked for it, to the rules in force."""

    newcomer: Newcomer
    agreed_at: datetime


@dataclass(frozen=True)
class JoiningRequest:
    """A newcomer and where they ask from; `write` gives subject and words for a token, or for None
    where the address has an account already."""

    newcomer: Newcomer
    address: str | None
    write: Callable[[str | None], tuple[str, str]]


def put_joining_letter(
    session: Session, wanted: JoiningRequest, now: datetime, sealer: Sealer
) -> None:
    """Sends a link by which the account is made; nobody is told whether there is one already.

    Raises InvalidInput, TooManyAttempts. One letter in five minutes is enough for an address.
    """
    login, name = normal_login(wanted.newcomer.login), normal_name(wanted.newcomer.name)
    if not can_be_written_to(login):
        raise invalid("login", NOT_AN_ADDRESS)
    count_attempt(session, gates_of(_PURPOSE, login, wanted.address), now)
    known = find_person(session, login) is not None
    token = None if known else _sealed(Newcomer(login, name), now, sealer)
    subject, words = wanted.write(token)
    mark = sha256(login.encode()).hexdigest()
    while_one_is_enough = int(now.timestamp() // BETWEEN_LETTERS.total_seconds())
    put_letter(session, Letter(f"join:{mark}:{while_one_is_enough}", login, subject, words), now)


def _sealed(newcomer: Newcomer, now: datetime, sealer: Sealer) -> str:
    until = (now + LINK_LIFE).isoformat()
    return sealer.seal(json.dumps([_PURPOSE, until, newcomer.login, newcomer.name]))


def open_joining(session: Session, token: str, now: datetime, sealer: Sealer) -> Invited:
    """Who the link was written to. Raises LinkSpent where it is none of ours, an hour old, or the
    account was made meanwhile."""
    opened = sealer.open(token) if token.isascii() else None
    kept = json.loads(opened) if opened and opened.startswith(f'["{_PURPOSE}", ') else None
    if kept is None:
        raise LinkSpent
    until = datetime.fromisoformat(kept[1])
    if until <= now:
        raise LinkSpent
    if find_person(session, kept[2]) is not None:
        raise LinkSpent
    return Invited(Newcomer(kept[2], kept[3]), until - LINK_LIFE)


def join(
    session: Session,
    invited: Invited,
    password: str,
    now: datetime,
    end_transaction: EndTransaction,
) -> Person:
    """An account with this password. Raises InvalidInput, and LoginTaken for who comes second."""
    end_transaction()
    newcomer = invited.newcomer
    password_hash = fit_and_hash(password, newcomer.login, "new_password")
    new = NewPerson(newcomer.login, newcomer.name, password_hash, agreed_at=invited.agreed_at)
    return create_person(session, new, now)
