"""Every page of the demonstration, each found as a person finds it: by links, from their door."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from marketplace.accounts.models import Person
from marketplace.accounts.queries import load_identity
from marketplace.core.identity import Identity
from tests.seating import seat

LINK = re.compile(r'<a\b[^>]*?\bhref="([^"#]+)')
HTML = "text/html"
# What is in the state that a page is about: by the name its number has below.
NUMBERS = {
    "draft": "SELECT min(id) FROM purchase WHERE state = 'DRAFT'",
    "gift": "SELECT min(purchase_id) FROM purchase_recipient",
    "gift_draft": "SELECT max(purchase_id) FROM purchase_recipient",
    "gift_order": 'SELECT min(o.id) FROM "order" o JOIN purchase_recipient r'
    " ON r.purchase_id = o.purchase_id",
    "reviewed": "SELECT min(product_id) FROM review WHERE NOT is_hidden",
    "session": "SELECT min(id) FROM live_session",
    "certified": "SELECT min(number) FROM certification",
    "proof": "SELECT min(id) FROM books_verdict",
    "paper": "SELECT max(id) FROM paper",
    "certificate": "SELECT max(number) FROM paper WHERE kind = 'purchase_certificate'",
    "contract": "SELECT max(id) FROM framework_contract WHERE state = 'DRAFT'",
    "report": "SELECT max(id) FROM outlet_report",
    "host": "SELECT min(id) FROM host",
}
# Pages that differ by the state of what they are about: an order that is to be shipped asks for
# other things than one that is to be accepted.
STATES: Sequence[tuple[str, str, str, str, Collection[str]]] = (
    (
        "buyer@demo", "unit", '"order"', "/orders/{id}",
        ("PLACED", "SHIPPED", "RECEIVED", "ACCEPTED", "COMPLETED", "DECLINED", "EXPIRED"),
    ),
    (
        "buyer@demo", "unit", "purchase", "/purchases/{id}",
        ("IN_APPROVAL", "PLACED", "CLOSED", "REJECTED"),
    ),
    (
        "producer@demo", "producer", '"order"', "/orders/{id}",
        ("PLACED", "CONFIRMED", "SHIPPED"),
    ),
    (
        "producer@demo", "producer", "product", "/producer/{mine}/products/{id}",
        ("DRAFT", "SUBMITTED", "PUBLISHED"),
    ),
)  # fmt: skip
OF_MINE = """
    SELECT thing.state, min(thing.id) AS id, min(mine.organisation_id) AS mine
    FROM {table} AS thing
    JOIN membership AS mine ON mine.organisation_kind = '{kind}'
        AND mine.organisation_id = thing.{side}_id
    JOIN person ON person.id = mine.person_id AND person.login = '{login}'
    GROUP BY thing.state
"""
# Where people begin; what a list shows only now and then is opened directly.
STARTS: Mapping[str, tuple[str, ...]] = {
    "": (
        "/", "/board", "/desk/components", "/login", "/password/forgotten",
        "/register", "/register/sent", "/register/{token}",
        "/products/{reviewed}/reviews", "/producers/1/reviews",
        "/password/reset/forgotten", "/verify/{certificate}",
    ),
    "shopper@demo": ("/", "/me", "/account/confirm", "/checkout", "/mandates"),
    "buyer@demo": (
        "/unit/", "/gifts", "/purchases/{draft}/draft", "/purchases/{gift}/people",
        "/purchases/{gift_draft}/people/replace", "/offline/2/amend", "/basket/list",
    ),
    "approver@demo": ("/unit/",),
    "finance@demo": ("/unit/", "/papers/{paper}"),
    "staff@demo": ("/",),
    "supervisor@demo": ("/unit/",),
    "producer@demo": (
        "/producer/", "/contracts/{contract}/change",
        "/orders/{gift_order}/parcels", "/orders/{gift_order}/labels",
    ),
    "host@demo": ("/host/", "/host/{host}"),
    "agency@demo": ("/agency/", "/agency/1"),
    "cashier@demo": ("/desk/", "/desk/sessions/{session}", "/desk/certificates?number={certified}"),
    "colleague@demo": ("/desk/certification",),
    "system@demo": ("/desk/people",),
    "security@demo": ("/desk/roles",),
    "official@demo": (
        "/desk/", "/desk/hosts/1", "/desk/hosts/applications/4", "/desk/agencies/1",
        "/desk/matches/17/420304104200", "/desk/reconciliation/{proof}",
        "/outlets/reports/{report}",
    ),
    "township@demo": ("/desk/entering",),
}  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """A page somebody opened."""

    endpoint: str
    path: str
    login: str
    html: str = field(repr=False)


def identities(engine: Engine) -> dict[str, Identity]:
    """The people of the demonstration whom one may be, by login."""
    with Session(engine) as session:
        rows = session.execute(select(Person.login, Person.id))
        known = {login: load_identity(session, one) for login, one in rows if login in STARTS}
    return {login: identity for login, identity in known.items() if identity}


def starts(engine: Engine, token: str) -> dict[str, list[str]]:
    """The token is that of somebody who was invited by letter."""
    with engine.connect() as connection:
        numbers = {name: connection.scalar(text(asked)) for name, asked in NUMBERS.items()}
    numbers["token"] = token
    return {login: [path.format(**numbers) for path in paths] for login, paths in STARTS.items()}


def in_states(engine: Engine) -> Iterator[tuple[str, str]]:
    """Who opens which page, once for each state that is to be seen. Fails where one is missing."""
    for login, side, table, path, states in STATES:
        asked = OF_MINE.format(table=table, side=side, kind=side.upper(), login=login)
        with engine.connect() as connection:
            found = {row.state: row for row in connection.execute(text(asked))}
        for state in states:
            yield login, path.format(id=found[state].id, mine=found[state].mine)


@dataclass
class Walker:
    """Goes through the house, and opens of each room only the first page that is met."""

    app: Flask
    engine: Engine
    token: str
    seen: dict[str, Seen] = field(default_factory=dict)
    rooms: set[str] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)

    def endpoint_of(self, path: str) -> str:
        """Of a page; empty for what is elsewhere, only sent to, or nowhere."""
        if urlsplit(path).netloc:
            return ""
        try:
            return self.app.url_map.bind("localhost").match(urlsplit(path).path)[0]
        except HTTPException:
            return ""

    def walk(self) -> list[Seen]:
        people = identities(self.engine)
        for login, paths in starts(self.engine, self.token).items():
            client = self.app.test_client()
            if login:
                seat(client, people[login])
            self.follow(client, login, paths)
        for login, path in in_states(self.engine):
            client = self.app.test_client()
            seat(client, people[login])
            answer = client.get(path)
            page = Seen(self.endpoint_of(path), path, login, answer.text)
            self.keep(page, answer.status_code, of=path)
        return list({page.path: page for page in self.seen.values()}.values())

    def follow(self, client: FlaskClient, login: str, paths: list[str]) -> None:
        """Breadth first: what is near a person's door is theirs."""
        waiting, opened = list(paths), set[str]()
        while waiting:
            path = waiting.pop(0)
            room = self.endpoint_of(path)
            if path in opened or (path not in paths and (not room or room in self.rooms | opened)):
                continue
            opened |= {path, room}
            answer = client.get(path, follow_redirects=True)
            if answer.status_code == 200:
                self.rooms.add(room)
            if answer.mimetype == HTML:
                there = answer.request.full_path.rstrip("?")
                waiting += self.links(there, answer.text)
                page = Seen(self.endpoint_of(there), there, login, answer.text)
                self.keep(page, answer.status_code)
            answer.close()

    def keep(self, page: Seen, status: int, *, of: str = "") -> None:
        """One page of each room, and those that were asked for beside it."""
        if status == 200:
            self.seen.setdefault(of or page.endpoint, page)
        else:
            self.broken.append(f"{page.login or 'anyone'}: {page.path} {status}")

    def links(self, path: str, html: str) -> Iterator[str]:
        return (urljoin(path, unescape(link)) for link in LINK.findall(html))
