"""Phones that show codes, for people of tests of accounts."""

import html
import re
from dataclasses import dataclass, field
from datetime import datetime

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.accounts.commands.second_step import CodeGiven, check_code, enrol_authenticator
from marketplace.accounts.models import Person
from marketplace.accounts.rules.codes import STEP_S, WrongCode, code_at, new_secret
from marketplace.accounts.rules.throttling import TooManyAttempts
from marketplace.core.sealing import Sealer
from tests.accounts.people import ADDRESS, enrol, send
from tests.conftest import NOON, FrozenClock

# As `settings_for` makes it.
SEALER = Sealer("not-secret-" * 4)


@dataclass
class Phone:
    """Shows a code for every half minute; the secret was scanned or typed."""

    clock: FrozenClock
    secret: str = field(default_factory=new_secret)
    paper: list[str] = field(default_factory=list)

    def shows(self, later: int = 0) -> str:
        return code_at(self.secret, int(self.clock.now.timestamp()) // STEP_S + later)

    def next(self) -> str:
        """Waits for the next code, since each counts once."""
        self.clock.advance(seconds=STEP_S)
        return self.shows()


def enrol_with_phone(
    session: Session, clock: FrozenClock, login: str = "wang@example.org"
) -> tuple[Person, Phone]:
    """Someone who needs a code besides the password."""
    person, phone = enrol(session, login), Phone(clock)
    phone.paper = enrol_authenticator(
        session, person.id, phone.secret, phone.shows(), clock.now, sealer=SEALER
    )
    session.refresh(person)
    session.commit()
    return person, phone


def scan(client: FlaskClient, clock: FrozenClock) -> tuple[Phone, str]:
    """A phone that scanned the page, and what the page keeps for itself."""
    page = client.get("/account/security/authenticator").text
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    sealed = re.search(r'name="secret" value="([^"]+)"', page)
    assert secret is not None
    assert sealed is not None
    return Phone(clock, secret[1].replace(" ", "")), html.unescape(sealed[1])


def enrol_on_page(client: FlaskClient, clock: FrozenClock) -> Phone:
    """Enrols through the pages; the phone with its codes on paper."""
    phone, sealed = scan(client, clock)
    path = "/account/security/authenticator"
    answer = send(client, path, secret=sealed, code=phone.shows())
    assert answer.status_code == 200, answer.text[-600:]
    phone.paper = re.findall(r"<li><code>([a-z0-9-]+)</code>", answer.text)
    return phone


def check(session: Session, person: Person, code: str, now: datetime = NOON) -> str:
    """By which way a code proves; or the refusal's code."""
    try:
        way = check_code(session, person, CodeGiven(code, ADDRESS), now, sealer=SEALER)
    except (WrongCode, TooManyAttempts) as refusal:
        session.commit()
        return refusal.code
    session.commit()
    return way
