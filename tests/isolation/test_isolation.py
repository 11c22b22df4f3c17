"""Nobody sees or changes what belongs to others, nor learns that it is there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from marketplace import create_app
from marketplace.accounts.commands.login import create_token
from marketplace.accounts.queries import get_person
from marketplace.core.db import prepare_engine
from marketplace.web import db
from marketplace.web.access import Public, rule_of
from tests.conftest import NOON, FrozenClock, settings_for
from tests.databases import Databases
from tests.engines import SEALER
from tests.isolation.addresses import Address, addresses
from tests.isolation.others import leave_things
from tests.isolation.strangers import KINDS, NOWHERE, Stranger, arrive
from tests.seating import seat

KEPT_OUT = (403, 404)
# What answers everyone who may come there at all, and why that tells nothing of others.
OWN_BASKET = "changes one's own basket; packs are public"
OWN_GOODS = "an outlet is the county's; it shows and takes one's own goods"
ONE_S_OWN = "holds one's own, whatever the address says"
OPEN = {
    "ordering.change_basket": OWN_BASKET,
    "ordering.remove_from_basket": OWN_BASKET,
    "ordering.invoice_register": ONE_S_OWN,
    "broadcast.own_reports_file": ONE_S_OWN,
    "bulletin.issue": "was published to every unit",
    "bulletin.table": "was published to every unit",
    "outlets.reports": OWN_GOODS,
    "outlets.hand_in": OWN_GOODS,
    "outlets.add_receipt": OWN_GOODS,
    "outlets.template": "is the same empty table for all",
}


@dataclass(frozen=True)
class World:
    """The demonstration with newcomers in it, whose own houses are empty."""

    app: Flask
    session: Session
    strangers: dict[str, Stranger]

    def rules(self) -> Iterator[Rule]:
        """Every address with a blank that is not for the public."""
        for rule in self.app.url_map.iter_rules():
            is_public = rule_of(self.app.view_functions[rule.endpoint]) is Public
            if rule.arguments and rule.endpoint != "static" and not is_public:
                yield rule

    def path(self, rule: Rule, values: Any, method: str) -> str:
        bound = self.app.url_map.bind("localhost")
        return bound.build(rule.endpoint, dict(values), method=method)


@pytest.fixture(scope="module")
def world(
    databases: Databases, demonstrated: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    url = databases.create(demonstrated)
    engine = create_engine(url)
    prepare_engine(engine, SEALER)
    app = create_app(settings_for(url, tmp_path_factory.mktemp("world")), clock=FrozenClock())
    app.config["WTF_CSRF_ENABLED"] = False
    with Session(engine, expire_on_commit=False) as session:
        leave_things(session, NOON)
        strangers = {one.kind: one for one in arrive(session, NOON)}
        yield World(app, session, strangers)
    engine.dispose()
    with app.app_context():
        db.engine.dispose()
    databases.drop(url)


Ask = Callable[[str, str], int]


def asking(world: World, stranger: Stranger) -> Ask:
    """Answers by status, over pages and over the API, as this person's browser and program."""
    client, keys = world.app.test_client(), count()
    world.session.commit()
    seat(client, stranger.identity)
    person = get_person(world.session, stranger.identity.person_id)
    token = create_token(world.session, person, NOON).token
    world.session.commit()

    def ask(method: str, path: str) -> int:
        if not path.startswith("/api/"):
            return client.open(path, method=method).status_code
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"key-{next(keys)}"}
        body: dict[str, str] | None = None if method == "GET" else {}
        return program.open(path, method=method, json=body, headers=headers).status_code

    program: FlaskClient = world.app.test_client(use_cookies=False)
    return ask


def tells(world: World, ask: Ask, address: Address) -> Iterator[str]:
    """What an address tells a stranger. A form that lacks everything may be refused as such, if
    it is refused the same way where there is nothing."""
    for method in sorted((address.rule.methods or set()) - {"HEAD", "OPTIONS"}):
        path = world.path(address.rule, address.values, method)
        status = ask(method, path)
        if status in KEPT_OUT:
            continue
        nothing = ask(method, world.path(address.rule, address.nowhere, method))
        if (status, nothing) != (422, 422):
            yield f"{method} {path} ({address.rule.endpoint}): {status}, where nothing is {nothing}"


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_stranger_is_told_nothing_of_what_belongs_to_others(world: World, kind: str) -> None:
    stranger = world.strangers[kind]
    ask = asking(world, stranger)
    told = []
    for rule in world.rules():
        tried = list(addresses(world.session, rule, stranger))
        world.session.rollback()
        if rule.endpoint not in OPEN:
            told += [found for address in tried for found in tells(world, ask, address)]
    assert told == []


def test_the_addresses_name_what_is_there(world: World) -> None:
    """Else nothing would be told because nothing is there."""
    clerk = world.strangers["producer"]
    tried = [one for rule in world.rules() for one in addresses(world.session, rule, clerk)]
    empty = {one.rule.endpoint for one in tried if NOWHERE in one.values.values()}
    world.session.rollback()
    assert sorted(empty) == []


def test_every_exception_is_an_address(world: World) -> None:
    assert set(OPEN) <= {rule.endpoint for rule in world.rules()}
