"""People for tests of accounts, who can really log in."""

import re
from datetime import datetime

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace.accounts.commands import Claim, NewPerson, create_person
from marketplace.accounts.models import Person
from marketplace.accounts.queries import find_bearer
from marketplace.accounts.rules.passwords import fit_and_hash, use_cheap_hashes
from marketplace.core.identity import Identity
from tests.conftest import NOON

PASSWORD = "four unrelated words"
ADDRESS = "203.0.113.7"


def enrol(session: Session, login: str = "wang@example.org") -> Person:
    """Someone who can log in with PASSWORD, committed."""
    use_cheap_hashes()
    made = create_person(session, NewPerson(login, "王芳", fit_and_hash(PASSWORD, login)), NOON)
    session.commit()
    return made


def claim(login: str = "wang@example.org", password: str = PASSWORD, **changes: str) -> Claim:
    address = changes.get("address", ADDRESS)
    return Claim(login, password, address, demonstration=True)


def bearer_of(session: Session, token: str, now: datetime) -> Identity | None:
    """Whom a token of the API stands for."""
    found = find_bearer(session, token, now)
    return found[0] if found else None


def token_of(page: TestResponse) -> str:
    """The CSRF token of the first form of a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


def send(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Posts a form as a browser would: with the token of a page that was opened before."""
    token = token_of(client.get("/password/forgotten"))
    return client.post(path, data={"csrf_token": token, **fields})


def log_in(client: FlaskClient, login: str = "wang@example.org", **fields: str) -> TestResponse:
    return send(client, "/login", **{"login": login, "password": PASSWORD, **fields})


def is_known(client: FlaskClient) -> bool:
    """Whether the shop knows who this browser belongs to."""
    return client.get("/me").status_code == 200
