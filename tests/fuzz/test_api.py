"""A machine tries the whole API: nothing breaks, and every answer is one that was promised."""

from collections.abc import Callable

import pytest
from flask import Flask, Response
from schemathesis import GenerationMode
from sqlalchemy.orm import Session

from marketplace.accounts.commands.login import create_token
from marketplace.accounts.queries import find_person, load_identity
from marketplace.reports.queries.reconcile import reconcile
from tests.conftest import NOON
from tests.fuzz.document import seeded, without_keys
from tests.fuzz.machine import Document, Machine

# The demonstration alone takes seconds to build.
pytestmark = [pytest.mark.slow, pytest.mark.one_database]

LOGINS = ("buyer", "approver", "producer", "host", "official", "auditor", "nobody")
GUESSES = 1
# Each person tries one bound in fourteen: the whole API is covered by --attempts 2.
BOUNDS = 2 * len(LOGINS)


def machine_of(app: Flask, session: Session, login: str) -> tuple[Machine, Callable[..., Document]]:
    """A machine with somebody's token, and the document with what they may use in it."""
    person = find_person(session, f"{login}@demo")
    if person is None:
        return Machine(app, None), lambda **how: seeded(app, session, None, **how)
    token = create_token(session, person, NOON).token
    identity = load_identity(session, person.id)
    session.commit()
    return Machine(app, token), lambda **how: seeded(app, session, identity, **how)


@pytest.mark.parametrize("login", LOGINS)
def test_every_answer_is_one_that_was_promised(
    app: Flask, session: Session, login: str, attempts: int
) -> None:
    machine, document = machine_of(app, session, login)
    real, plain = document(only=True), document(only=False)
    session.rollback()
    machine.guess(real, GenerationMode.POSITIVE, GUESSES * attempts)
    machine.guess(plain, GenerationMode.NEGATIVE, attempts)
    turn = slice(LOGINS.index(login), None, max(1, BOUNDS // attempts))
    machine.cover(without_keys(plain), turn)
    assert not machine.found, "\n".join(
        f"{what}\n    {where}" for what, where in machine.found.items()
    )
    assert reconcile(session) == []


def only_me(document: Document) -> Document:
    return {**document, "paths": {"/api/v1/me": document["paths"]["/api/v1/me"]}}


BROKEN: dict[str, tuple[str, Callable[..., object]]] = {
    "JsonSchemaError": ("marketplace.api.door.to_json", lambda *_: '{"id": "one"}'),
    "MalformedJson": ("marketplace.api.door.to_json", lambda *_: "{"),
    "UndefinedStatusCode": ("marketplace.api.door.respond", lambda text, _: Response(text, 418)),
    "UndefinedContentType": ("marketplace.api.door.respond", lambda text, _: Response(text)),
    "ZeroDivisionError": ("marketplace.api.routes.tokens._memberships", lambda _: 1 // 0),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_an_answer_that_was_not_promised_is_noticed(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    machine, document = machine_of(app, session, "buyer")
    wanted = only_me(document(only=True))
    session.rollback()
    machine.guess(wanted, GenerationMode.POSITIVE, 1)
    assert machine.found == {}
    monkeypatch.setattr(*BROKEN[kind])
    machine.guess(wanted, GenerationMode.POSITIVE, 1)
    assert f"GET /api/v1/me: {kind}" in machine.found
