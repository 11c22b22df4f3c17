"""What those need who try every address as an official of another county."""

import html
import re
from collections.abc import Iterator
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from marketplace import tables
from marketplace.accounts.commands import Grant, NewPerson, create_person, grant
from marketplace.core.identity import Identity
from marketplace.demonstration.neighbour import COUNTY as THERE
from marketplace.demonstration.places import COUNTY as HERE
from marketplace.units.commands import NewCentre, create_centre
from marketplace.units.queries import get_centre
from marketplace.web.access import rule_of
from marketplace.web.areas import about
from tests.conftest import NOON
from tests.seating import seat


def appoint(session: Session, login: str, area: str, role: str) -> int:
    centre = (
        create_centre(session, NewCentre(f"{area}中心", area, "", "", "")).id
        if (area not in (HERE, THERE))
        else get_centre(session, area).id
    )
    person = create_person(session, NewPerson(login, role, "no-password"), NOON)
    grant(session, Grant(person.id, "CENTRE", centre, role), NOON, actor_id=None)
    return person.id


def enter(app: Flask, identity: Identity) -> FlaskClient:
    return seat(app.test_client(), identity)


def address(rule: Rule, method: str, theirs: dict[str, Any]) -> tuple[str, bool] | None:
    """The rule's address with the other county's rows in its blanks, and whether it names any."""
    values: dict[str, Any] = {}
    for name in rule.arguments:
        choices = getattr(rule._converters[name], "items", None)
        values[name] = "unit" if name == "kind" and not choices else 1
        if choices:
            values[name] = sorted(choices)[0]
    named = False
    for name in rule.arguments:
        found = about(rule.endpoint, name, values)
        place = "" if found is None else (found.seen or (method != "GET" and found.acted_on) or "")
        if place and theirs[place] is not None:
            values[name], named = theirs[place], True
    adapter = rule.map.bind("localhost")
    try:
        return adapter.build(rule.endpoint, values, method=method), named
    except ValueError:
        return None


def reading_rules(app: Flask) -> Iterator[Rule]:
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if "GET" in (rule.methods or ()) and getattr(rule_of(view), "__name__", "") != "Public":
            yield rule


def may(app: Flask, endpoint: str, identity: Identity) -> bool:
    rule = rule_of(app.view_functions[endpoint])
    return rule is None or bool(rule(identity))


def pages(client: FlaskClient, path: str) -> Iterator[tuple[str, int, str]]:
    """The page, and its own tabs, filters and following pages."""
    answer = client.get(path)
    body = answer.get_data(as_text=True) if (answer.mimetype or "").startswith("text/") else ""
    yield path, answer.status_code, html.unescape(body)
    own = {html.unescape(link) for link in re.findall(r'href="([^"#]+)"', body)}
    for link in sorted(one for one in own if one.startswith(f"{path}?"))[:12]:
        more = client.get(link)
        yield link, more.status_code, html.unescape(more.get_data(as_text=True))


def rows_by_table(engine: Engine) -> dict[str, int]:
    with Session(engine) as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in tables.metadata.sorted_tables
        }
