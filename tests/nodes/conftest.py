"""Two machines of one shop: web processes, worker and folder of their own, one database."""

import secrets
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Select
from sqlalchemy.orm import Session

from benchmarks.nodes_cluster import Node, find_program
from marketplace.accounts.commands.login import create_token
from marketplace.accounts.queries import get_person
from marketplace.accounts.rules.passwords import hash_password
from marketplace.catalogue.commands import revise_product
from marketplace.core.db import begin_writing
from marketplace.core.identity import Identity
from tests.county import County
from tests.databases import Databases
from tests.engines import open_engine
from tests.livestream.sessions import KEY, Held, hold_session
from tests.nodes.visitor import Visitor
from tests.ordering.steps import completed

# What is asked of a real Redis and a real nginx is asked where they are installed, as for
# `python -m benchmarks nodes`.
NEEDING = {"test_shared_limits.py": "redis-server", "test_door.py": "nginx"}
collect_ignore = [name for name, program in NEEDING.items() if not find_program(program)]
PASSWORD = "right horse 2026"


@dataclass
class Shop:
    """A small county that two machines serve; their clocks are real."""

    url: str
    county: County
    held: Held
    purchase_id: int
    first: Node
    second: Node

    def each(self) -> tuple[Node, Node]:
        return self.first, self.second

    def write(self, work: Callable[[Session], object]) -> None:
        """As a third machine would."""
        engine = open_engine(self.url)
        # A test before may have left the context reading, and here others write meanwhile.
        begin_writing()
        with Session(engine) as session:
            work(session)
            session.commit()
        engine.dispose()

    def count(self, what: Select[Any]) -> int:
        """A sum, as the database has it now."""
        found: list[int] = []
        self.write(lambda session: found.append(session.scalar(what) or 0))
        return found[0]


@pytest.fixture
def free_port() -> int:
    return _free_port()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _furnish(session: Session, county: County) -> tuple[Held, int]:
    """A session with links, an order that is complete, and a buyer who can log in."""
    held = hold_session(session, county, county.mushrooms)
    purchase, _orders = completed(session, county, county.wish((county.mushrooms, 2)))
    buyer = get_person(session, county.buyer.person_id)
    buyer.password_hash = hash_password(PASSWORD)
    session.commit()
    return held, purchase.id


@pytest.fixture(scope="module")
def shop(
    databases: Databases,
    founded: tuple[str, County],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Shop]:
    """Started once for all tests of a module: each adds to it, and none clears away."""
    template, county = founded
    url = databases.create(template)
    engine = open_engine(url)
    with Session(engine) as session:
        held, purchase_id = _furnish(session, county)
    engine.dispose()
    environ = {"DATABASE_URL": url, "SECRET_KEY": KEY, "WEB_CONCURRENCY": "2", "REDIS_URL": ""}
    home = tmp_path_factory.mktemp("nodes")
    first, second = (Node(_free_port(), home / name, environ) for name in ("first", "second"))
    try:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(Node.start, (first, second)))
        yield Shop(url, county, held, purchase_id, first, second)
    finally:
        first.stop()
        second.stop()
        databases.drop(url)


@pytest.fixture
def visitor() -> Visitor:
    """A browser; it takes both machines for one, as behind a proxy."""
    return Visitor()


@pytest.fixture
def call_as(shop: Shop) -> Callable[[Identity], Visitor]:
    """Gives a person a token, and a program that uses it at any machine."""

    def give(identity: Identity) -> Visitor:
        tokens: list[str] = []

        def issue(session: Session) -> None:
            person = get_person(session, identity.person_id)
            tokens.append(create_token(session, person, datetime.now(UTC)).token)

        shop.write(issue)
        return Visitor({"Authorization": f"Bearer {tokens[0]}"})

    return give


def rename(shop: Shop) -> str:
    """Gives a published product a word in its name that no other has."""
    word = f"云岭{secrets.token_hex(3)}"
    product_id = shop.county.mushrooms.product_id
    moment = datetime.now(UTC)
    shop.write(lambda session: revise_product(session, product_id, {"name": word}, moment))
    return word
