"""The demonstration, open for a walk."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace import create_app
from marketplace.core.identity import Identity
from marketplace.web import db
from marketplace.web.sealing import open_sealer
from tests.conftest import NOON, FrozenClock, settings_for
from tests.engines import open_engine
from tests.isolation.others import leave_things
from tests.seating import seat
from tests.walk.pages import Seen, Walker, identities
from tests.walk.states import leave_states


@dataclass(frozen=True)
class World:
    """The house, who lives there, and every page that one of them was shown."""

    app: Flask
    people: dict[str, Identity]
    walker: Walker
    pages: list[Seen]

    def client(self, login: str, locale: str = "") -> FlaskClient:
        """The browser of one of them."""
        client = self.app.test_client()
        if login:
            seat(client, self.people[login])
        with client.session_transaction() as cookie:
            cookie["locale"] = locale
        return client


@contextmanager
def opened(folder: Path, url: str) -> Iterator[World]:
    """In a database of its own that holds the demonstration."""
    settings = settings_for(url, folder, testing=False)
    engine = open_engine(url)
    with Session(engine, expire_on_commit=False) as session:
        leave_things(session, NOON)
        token = leave_states(session, NOON, open_sealer(settings))
    app = create_app(settings, clock=FrozenClock())
    walker = Walker(app, engine, token)
    yield World(app, identities(engine), walker, walker.walk())
    engine.dispose()
    with app.app_context():
        db.engine.dispose()
