"""A machine fills in every form of every page with nonsense, as somebody who may use it: nothing
breaks, everybody is told in words, and the books agree afterwards."""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.accounts.queries import find_person, load_identity
from marketplace.core.identity import Identity
from marketplace.reports.queries.reconcile import reconcile
from tests.fuzz import junk
from tests.fuzz.forms import Form, Page, addresses, endpoint_of, may, unnamed
from tests.seating import seat

# The demonstration alone takes seconds to build.
pytestmark = [pytest.mark.slow, pytest.mark.one_database]

LOGINS = (
    "buyer", "approver", "finance", "staff", "supervisor", "producer", "host", "agency",
    "official", "system", "security", "cashier", "auditor", "shopper", "nobody",
)  # fmt: skip
ANSWERS = {200, 302, 303, 304, 400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429}
# Whoever asks whether all parts are there is told that the worker is not.
ALSO = {"health.is_ready": {503}}
SENT = 1
# So many of those who may use an address do; who they are is different for each address.
VISITORS = 2


Ranks = dict[str, int]
Asked = dict[str, tuple[str, list[str]]]


class Visitor:
    """Somebody at a browser that sends what no person would."""

    def __init__(self, app: Flask, identity: Identity | None, ranks: Ranks) -> None:
        self.app, self.identity, self.ranks = app, identity, ranks
        self.found: dict[str, str] = {}
        self.statuses: dict[str, list[int]] = {}
        self.client = self.sit_down()

    def sit_down(self) -> FlaskClient:
        """A browser of one's own: what was sent before may have logged the person out."""
        client = self.app.test_client()
        self.client = seat(client, self.identity) if self.identity else client
        return self.client

    def send(self, name: str, method: str, path: str, how: dict[str, Any]) -> str:
        """Sends once, and notes what should not be. Returns the page, where one was shown."""
        if "query_string" in how:
            path = path.partition("?")[0]
        try:
            answer = self.client.open(path, method=method, **how)
        except Exception as error:
            self.note(name, f"{type(error).__name__}: {error}", path, how)
            return ""
        self.statuses.setdefault(name, []).append(answer.status_code)
        text = answer.get_data().decode("utf-8", "replace")
        if answer.status_code not in ANSWERS | ALSO.get(name, set()) or "Traceback" in text:
            self.note(name, str(answer.status_code), path, how)
        if answer.status_code >= 400 and not (answer.is_json or "<html lang" in text):
            self.note(name, f"{answer.status_code} without words", path, how)
        return text if answer.status_code == 200 and answer.mimetype == "text/html" else ""

    def leave_empty(self, name: str, form: Form) -> None:
        """Sends it with nothing typed: whatever is missing is named."""
        self.sit_down()
        answer = self.client.post(form.action, data=form.emptied())
        for line in unnamed(answer.get_data().decode("utf-8", "replace")):
            self.note(name, f"names no field: {line}", form.action, {})

    def note(self, name: str, what: str, path: str, how: dict[str, Any]) -> None:
        self.found.setdefault(f"{name} {what[:160]}", f"{path} {str(how)[:500]}")

    def look_around(self, session: Session, attempts: int) -> tuple[dict[str, Form], Asked]:
        """One form for each view that takes one, and the pages with the names they ask for."""
        forms: dict[str, Form] = {}
        asked: Asked = {}
        pages = list(self.addresses(session, "GET", VISITORS * attempts, 1 + attempts // 2))
        others = list(self.addresses(session, "POST", attempts, 1))
        session.rollback()
        for endpoint, path in pages:
            page = Page(path, self.send(endpoint, "GET", path, {}))
            for form in page.sent:
                name = endpoint_of(self.app, form.action)
                if self.ranks.get(name, VISITORS) < VISITORS * attempts:
                    forms.setdefault(name, form)
            asked.setdefault(endpoint, (path, sorted(page.asked)))
        known = sorted({name for form in forms.values() for name in form.values})
        for endpoint, path in others:
            # No page shows it as things are now; whoever kept an old page may still send it.
            names = Random(endpoint).sample(known, min(9, len(known)))
            forms.setdefault(endpoint, Form(path, "post", dict.fromkeys(names, "1")))
        return forms, asked

    def addresses(
        self, session: Session, method: str, visitors: int, most: int
    ) -> Iterator[tuple[str, str]]:
        """What this visitor is one of the first to use."""
        for endpoint, path in addresses(self.app, session, self.identity, method, most):
            if self.ranks[endpoint] < visitors:
                yield endpoint, path


def visitor_of(app: Flask, session: Session, login: str) -> Visitor:
    app.config["WTF_CSRF_ENABLED"] = False
    people = {one: find_person(session, f"{one}@demo") for one in LOGINS}
    identities = {
        one: load_identity(session, who.id) if who else None for one, who in people.items()
    }
    session.rollback()
    ranks = {}
    for endpoint in app.view_functions:
        able = [one for one, identity in identities.items() if may(app, endpoint, identity)]
        Random(endpoint).shuffle(able)
        if login in able:
            ranks[endpoint] = able.index(login)
    return Visitor(app, identities[login], ranks)


def chosen(name: str, most: int) -> Iterator[tuple[Any, Random]]:
    """Kinds of nonsense for a form: different ones for each, and the same in every run."""
    random = Random(name)
    kinds = list(junk.KINDS) * -(-most // len(junk.KINDS))
    random.shuffle(kinds)
    for kind in kinds[:most]:
        yield kind, random


@pytest.mark.parametrize("login", LOGINS)
def test_nonsense_in_a_form_breaks_nothing(
    app: Flask, session: Session, login: str, attempts: int
) -> None:
    visitor = visitor_of(app, session, login)
    forms, asked = visitor.look_around(session, attempts)
    for name, (path, names) in asked.items():
        for _, random in chosen(f"{login}?{name}", attempts):
            query = {one: random.choice(junk.VALUES) for one in random.sample(names, 1)}
            visitor.send(name, "GET", path, {"query_string": query})
    # Before the nonsense: it may do what a form is for, and the page shows the form no more.
    for name, form in forms.items():
        if form.is_typed:
            visitor.leave_empty(name, form)
    for name, form in forms.items():
        visitor.sit_down()
        for kind, random in chosen(f"{login}:{name}", SENT * attempts):
            visitor.send(name, "POST", form.action, kind(form, random))
    assert not visitor.found, "\n".join(
        f"{what}\n    {where}" for what, where in visitor.found.items()
    )
    session.rollback()
    assert reconcile(session) == []


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (lambda: 1 // 0, "ZeroDivisionError"),
        (lambda: ("<html lang='zh'>", 503), "503"),
        (lambda: ("Not Found", 404), "404 without words"),
        (lambda: "Traceback (most recent call last):", "200"),
    ],
    ids=["bug", "failure", "bare", "traceback"],
)
def test_a_page_that_breaks_is_noticed(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch, answer: Any, what: str
) -> None:
    visitor = visitor_of(app, session, "shopper")
    visitor.send("storefront.home", "GET", "/", {})
    assert visitor.found == {}
    monkeypatch.setitem(app.view_functions, "storefront.home", answer)
    visitor.send("storefront.home", "GET", "/", {})
    assert any(what in found for found in visitor.found)


def test_a_field_that_is_not_named_is_noticed(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = visitor_of(app, session, "nobody")
    (form,) = (
        one
        for one in Page("", visitor.send("", "GET", "/password/forgotten", {})).sent
        if "login" in one.values
    )
    visitor.leave_empty("forgotten", form)
    assert visitor.found == {}
    monkeypatch.setattr("marketplace.web.again.name_fields", lambda page, _errors: page)
    visitor.leave_empty("forgotten", form)
    assert any("names no field" in found for found in visitor.found)


def test_somebody_may_use_every_form(app: Flask, session: Session) -> None:
    """Else a form would be left out because nobody of ours may come there."""
    taken = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and not rule.rule.startswith("/api/")
    }
    used = {name for login in LOGINS for name in visitor_of(app, session, login).ranks}
    assert sorted(taken - used) == []
