"""The forms on the pages that somebody may open, as a browser would send them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Flask
from sqlalchemy import Table, select
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.routing import AnyConverter, Rule

from marketplace.core.identity import Identity
from marketplace.web.access import rule_of
from tests.fuzz.things import numbers_of
from tests.isolation.addresses import WORDS, table_of

TYPED = {
    "number": "1",
    "date": "2026-11-20",
    "month": "2026-10",
    "email": "a@b.example",
    "tel": "13800000000",
    "datetime-local": "2026-11-20T10:00",
}
TYPED_IN = {*TYPED, "input", "text", "textarea", "password"}


def unnamed(page: str) -> list[str]:
    """Lines above a refused form that do not say which field they mean, or do not lead to it."""
    summary = page.partition('class="error-summary"')[2].partition("</div>")[0]
    lines = re.findall(r"<li>(.*?)</li>", summary, re.DOTALL)
    return [line for line in lines if not re.match(r'<a href="#[^"]+">[^<:]+:', line)]


@dataclass
class Form:
    """One form: where it goes, and what a browser would send with nothing typed but samples."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)

    @property
    def is_typed(self) -> bool:
        """Whether it stands on a page, and asks for something to be typed."""
        return not TYPED_IN.isdisjoint(self.kinds.values())

    def emptied(self) -> dict[str, str]:
        """What a browser sends where nothing was typed."""
        return {
            name: "" if self.kinds.get(name) in TYPED_IN else value
            for name, value in self.values.items()
        }


class Page(HTMLParser):
    """The forms of a page, and the names that its links put into addresses."""

    def __init__(self, path: str, text: str) -> None:
        super().__init__()
        self.path = path
        self.forms: list[Form] = []
        self.by_id: dict[str, Form] = {}
        self.asked: set[str] = {"page"}
        self.select = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            query = urlsplit(given.get("href", "")).query
            self.asked |= {name for name, _ in parse_qsl(query, keep_blank_values=True)}
        elif tag == "form":
            form = Form(given.get("action") or self.path, given.get("method", "get").lower())
            self.forms.append(form)
            self.by_id[given.get("id", "")] = form
        elif tag == "option":
            self._offer(given)
        elif tag in ("input", "textarea", "select", "button") and given.get("name"):
            self._hold(tag, given)

    def _form(self, given: dict[str, str]) -> Form | None:
        named = self.by_id.get(given.get("form", ""))
        return named if "form" in given else (self.forms[-1] if self.forms else None)

    def _hold(self, tag: str, given: dict[str, str]) -> None:
        form, name, kind = self._form(given), given["name"], given.get("type", tag)
        if form is None or name == "csrf_token":
            return
        is_number = given.get("inputmode") in ("numeric", "decimal")
        form.kinds[name] = "number" if is_number else kind
        self.select = name if tag == "select" else self.select
        if kind == "file":
            form.files.add(name)
        elif kind in ("checkbox", "radio", "button", "submit"):
            form.values.setdefault(name, given.get("value", "on"))
        elif tag == "select":
            form.values.setdefault(name, "")
        else:
            form.values.setdefault(name, given.get("value") or TYPED.get(kind, "好"))

    def _offer(self, given: dict[str, str]) -> None:
        form = self.forms[-1] if self.forms else None
        if form and given.get("value") and (not form.values.get(self.select)):
            form.values[self.select] = given["value"]

    def close(self) -> None:
        super().close()
        for form in self.forms:
            self.asked |= set(form.values) if form.method == "get" else set()

    @property
    def sent(self) -> list[Form]:
        return [form for form in self.forms if form.method == "post"]


def addresses(
    app: Flask, session: Session, identity: Identity | None, method: str, most: int
) -> Iterator[tuple[str, str]]:
    """Addresses of every kind that the rules let somebody use, with their own things in them."""
    for rule in app.url_map.iter_rules():
        is_page = method in (rule.methods or ()) and not rule.rule.startswith(("/api/", "/static"))
        if is_page and may(app, rule.endpoint, identity):
            for values in _values(session, rule, identity, most):
                bound = rule.map.bind("localhost")
                yield rule.endpoint, bound.build(rule.endpoint, values, method=method)


def may(app: Flask, endpoint: str, identity: Identity | None) -> bool:
    rule = rule_of(app.view_functions[endpoint])
    if getattr(rule, "__name__", "") == "Public":
        return True
    if identity is None or rule is None:
        return identity is not None
    with app.app_context():
        return bool(rule(identity))


def _values(
    session: Session, rule: Rule, identity: Identity | None, most: int
) -> Iterator[dict[str, object]]:
    words = {name: _word(rule, name) for name in rule.arguments if not name.endswith("_id")}
    names = sorted((one for one in rule.arguments if one.endswith("_id")), key=rule.rule.index)
    if not names:
        yield dict(words)
        return
    table = _table(rule.endpoint, names[-1])
    for number in _numbers(session, table, identity)[:most]:
        row: Mapping[Any, Any] = {}
        if table is not None:
            wanted = select(table).where(table.c.id == number)
            row = session.execute(wanted).mappings().first() or {}
        above = {
            name: row.get(name) or _numbers(session, _table(rule.endpoint, name), identity)[0]
            for name in names[:-1]
        }
        yield {**words, **above, names[-1]: number}


def _table(endpoint: str, name: str) -> Table | None:
    try:
        return table_of(endpoint, name)
    except KeyError:
        return None


def _numbers(session: Session, table: Table | None, identity: Identity | None) -> Sequence[int]:
    return (table is not None and numbers_of(session, table, identity)) or (1,)


def _word(rule: Rule, name: str) -> str:
    converter = rule._converters[name]
    return min(converter.items) if isinstance(converter, AnyConverter) else WORDS.get(name, "1")


def endpoint_of(app: Flask, path: str) -> str:
    """Which view a form goes to; nothing where no view takes it."""
    try:
        return str(app.url_map.bind("localhost").match(urlsplit(path).path, method="POST")[0])
    except HTTPException:
        return ""
