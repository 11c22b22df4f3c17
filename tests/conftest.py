"""What every test may ask for: a migrated database, the application, a session, a frozen clock."""

import os
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import alembic.command
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from config import Settings
from marketplace import create_app, settle
from marketplace.cli.migrations import open_migrations
from marketplace.core.db import begin_reading
from marketplace.core.home import give_home
from marketplace.core.sealing import Sealer
from marketplace.demonstration.county import build as demonstrate
from marketplace.web import db
from tests.county import County, build
from tests.databases import Databases, PostgresqlDatabases, Server, SqliteDatabases
from tests.engines import SECRET, open_engine, speak_alike
from tests.templates import Compiled

pytest_plugins = ("tests.choosing",)
SERVER_URL = pytest.StashKey[str]()
TEMPLATES = Compiled()
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)

# A shared machine may be slow for a moment; that is no fault of the rule under test.
hypothesis.register_profile("house", deadline=None)
hypothesis.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help="the database that tests run on (PostgreSQL: TEST_DATABASE_URL, or one of our own)",
    )
    parser.addoption(
        "--events",
        type=int,
        default=360,
        help="how many random events happen to the county of tests/reports/test_public_sums.py",
    )
    parser.addoption(
        "--storm",
        type=int,
        default=30,
        help="how many journeys go through the storm of tests/storm/test_storm.py",
    )
    parser.addoption("--seed", type=int, default=1, help="what the storm's chance is drawn from")
    parser.addoption(
        "--attempts",
        type=int,
        default=1,
        help="how much more than usual tests/fuzz sends to every call and every form",
    )
    parser.addoption(
        "--every-look",
        action="store_true",
        help="every page in all eight looks (language, width, colours), not in the two that differ",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Starts one PostgreSQL for all workers, and stops it whatever happens."""
    if config.getoption("--database") != "postgresql":
        return
    if hasattr(config, "workerinput"):
        config.stash[SERVER_URL] = config.workerinput["server_url"]
    elif given := os.environ.get("TEST_DATABASE_URL"):
        config.stash[SERVER_URL] = given
    else:
        server = Server()
        config.add_cleanup(server.stop)
        config.stash[SERVER_URL] = server.url


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tells each xdist worker where the server is."""
    node.workerinput["server_url"] = node.config.stash.get(SERVER_URL, "")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that skips itself proves nothing, so it fails."""
    report = yield
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"nothing is skipped here: {report.longrepr}"
    return report


@dataclass
class FrozenClock:
    """A clock that stands still until a test moves it."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **parts: float) -> None:
        """Moves on by the given `days`, `hours`, `minutes` …"""
        self.now += timedelta(**parts)


@pytest.fixture(autouse=True)
def transactions() -> None:
    """Each test begins as after a page: what the test before it asked for last must not decide
    whether a session that only looks keeps everybody else from writing (SQLite)."""
    begin_reading()


@pytest.fixture
def clock() -> FrozenClock:
    """Noon in China on 23 November 2026, until advanced."""
    return FrozenClock()


@pytest.fixture(scope="session")
def database_kind(request: pytest.FixtureRequest) -> str:
    """`sqlite` or `postgresql`."""
    return str(request.config.getoption("--database"))


def settings_for(database_url: str, instance: Path, **changes: Any) -> Settings:
    """Settings as tests want them; `changes` replaces some."""
    values: dict[str, Any] = {"secret_key": SECRET, "testing": True}
    return Settings(database_url=database_url, instance=instance, **{**values, **changes})


@pytest.fixture(scope="session")
def databases(
    request: pytest.FixtureRequest, database_kind: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Databases]:
    """Makes databases with all tables; the migrations run once per worker."""
    folder = tmp_path_factory.mktemp("databases")
    made: Databases = (
        SqliteDatabases(folder)
        if database_kind == "sqlite"
        else PostgresqlDatabases(request.config.stash[SERVER_URL])
    )
    try:
        migrate(made.template, folder)
        yield made
    finally:
        made.close()


def migrate(database_url: str, instance: Path, revision: str = "head") -> None:
    """Brings a database to a revision, with the application's own migrations."""
    app = create_app(settings_for(database_url, instance))
    with app.app_context():
        alembic.command.upgrade(open_migrations(app).get_config(), revision)
        db.engine.dispose()


@pytest.fixture(scope="session")
def founded(databases: Databases) -> Iterator[tuple[str, County]]:
    """A database that holds the small county: built once per worker, copied for every test."""
    url = databases.create()
    engine = open_engine(url)
    with Session(engine) as session:
        county = build(session)
    engine.dispose()
    yield url, county
    databases.drop(url)


@pytest.fixture(scope="session")
def demonstrated(databases: Databases) -> Iterator[str]:
    """A database that holds the demonstration: built once per worker, to be copied."""
    url = databases.create()
    engine = open_engine(url)
    with Session(engine, expire_on_commit=False) as session:
        demonstrate(session, NOON, sealer=Sealer("demonstration " * 3), link_key=SECRET)
        session.commit()
    engine.dispose()
    yield url
    databases.drop(url)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """A database of this test alone, with real commits: the small county where the test asks
    for one, else empty tables."""
    wants_county = "county" in request.fixturenames
    url = databases.create(request.getfixturevalue("founded")[0] if wants_county else "")
    yield url
    databases.drop(url)


@pytest.fixture
def county(founded: tuple[str, County]) -> County:
    """Who and what there is in this test's database."""
    return founded[1]


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine outside the application, for threads and raw statements."""
    made = open_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session for tests of commands. Commit before the application is to see what it wrote."""
    with Session(engine, expire_on_commit=False) as opened:
        yield opened


@pytest.fixture
def make_app(
    database_url: str, clock: FrozenClock, tmp_path: Path
) -> Iterator[Callable[..., Flask]]:
    """Builds applications on this test's database, with settings of one's own."""
    made: list[Flask] = []

    def make(**changes: Any) -> Flask:
        app = create_app(settings_for(database_url, tmp_path, **changes), clock=clock)
        app.jinja_env.bytecode_cache = TEMPLATES
        with app.app_context():
            speak_alike(db.engine)
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
            if app.extensions["replica"] is not None:
                app.extensions["replica"].dispose()


@pytest.fixture(scope="session")
def house(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An application, built once per worker: its routes and pages are the same for every test."""
    return create_app(settings_for(databases.template, tmp_path_factory.mktemp("house")))


@pytest.fixture
def app(house: Flask, database_url: str, clock: FrozenClock, tmp_path: Path) -> Iterator[Flask]:
    """The application on this test's database and clock."""
    before = [(kept, dict(kept)) for kept in (house.config, house.extensions)]
    settle(house, settings_for(database_url, tmp_path), clock)
    with house.app_context():
        engines = cast(dict[str | None, Engine], db.engines)
    engines[None].dispose()
    engines[None] = open_engine(database_url)
    give_home(engines[None], house.config["SETTINGS"].county_code)
    yield house
    with house.app_context():
        db.session.remove()
        db.engine.dispose()
    for kept, old in before:
        kept.clear()
        kept.update(old)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
