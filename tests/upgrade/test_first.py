"""A shop of the first tables comes to the newest: nothing is lost, books agree, trade goes on."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, MetaData, make_url, select, text
from sqlalchemy.orm import Session

from marketplace import create_app
from marketplace.accounts.queries import load_identity
from marketplace.audit.commands import seal
from marketplace.core.identity import Identity
from marketplace.ordering import commands as ordering
from marketplace.ordering.models import Order, OrderLine
from marketplace.ordering.rules import LineVerdict, OrderState, PurchaseWish, WishedLine
from marketplace.reports.queries import reconcile
from marketplace.web import db
from tests.cli.conftest import terminal
from tests.conftest import NOON, migrate, settings_for
from tests.county import CONSIGNEE
from tests.databases import Databases, PostgresqlDatabases, SqliteDatabases
from tests.engines import open_engine

pytestmark = pytest.mark.slow

FIRST = Path(__file__).with_name("first.sql").read_text()
# Books that only grow: what stood in them stands in them still.
BOOKS = (
    "ledger_entry",
    "posting",
    "quota_entry",
    "attribution_entry",
    "stock_movement",
    "order_event",
    "audit_entry",
    "audit_link",
)
Row = dict[str, Any]
Rows = dict[str, list[Row]]


def empty(databases: Databases) -> str:
    """A database without tables."""
    if isinstance(databases, SqliteDatabases):
        return databases._url("first")
    assert isinstance(databases, PostgresqlDatabases)
    return databases.create(databases.server_url.set(database="template0").render_as_string())


def fill(url: str) -> None:
    """What the first program had written, as it stood there."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(make_url(url).database or "")) as connection:
            connection.executescript(FIRST)
        return
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL TIME ZONE 'UTC'"))
        connection.exec_driver_sql(FIRST.replace("%", "%%"))
        for table in connection.scalars(text("SELECT tablename FROM pg_tables WHERE "
                                             "schemaname = 'public'")).all():  # fmt: skip
            count_on(connection, table)
    engine.dispose()


def count_on(connection: Any, table: str) -> None:
    """The next row of a table gets the next number."""
    has_number = text(
        "SELECT count(*) FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = :table AND column_name = 'id'"
        " AND (is_identity = 'YES' OR column_default LIKE 'nextval%')"
    )
    if connection.scalar(has_number, {"table": table}):
        number = (
            f"SELECT setval(pg_get_serial_sequence('\"{table}\"', 'id'), max(id)) FROM \"{table}\""
        )
        connection.exec_driver_sql(number)


def rows_of(engine: Engine) -> Rows:
    """Each book as it stands, asked without the program."""
    known = MetaData()
    known.reflect(engine, only=list(BOOKS))
    found = {}
    with engine.connect() as connection:
        for name in BOOKS:
            table = known.tables[name]
            ordered = select(table).order_by(*table.primary_key.columns)
            found[name] = [dict(row) for row in connection.execute(ordered).mappings()]
    return found


def rewritten(before: Rows, after: Rows) -> Iterator[tuple[str, Row]]:
    """Rows that are no longer there, or no longer what they were."""
    for name, rows in before.items():
        kept = rows[0].keys() & after[name][0].keys()
        there = [{column: row[column] for column in kept} for row in after[name]]
        for row in rows:
            if {column: row[column] for column in kept} not in there:
                yield name, row


@pytest.fixture(scope="module")
def grown(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Rows]]:
    """That shop with the newest tables, to be copied, and what its books held before."""
    folder = tmp_path_factory.mktemp("first")
    url = empty(databases)
    migrate(url, folder, "0001")
    fill(url)
    engine = open_engine(url)
    before = rows_of(engine)
    engine.dispose()
    migrate(url, folder)
    yield url, before
    databases.drop(url)


@pytest.fixture
def shop(databases: Databases, grown: tuple[str, Rows]) -> Iterator[Engine]:
    """A copy of it for one test."""
    url = databases.create(grown[0])
    engine = open_engine(url)
    yield engine
    engine.dispose()
    databases.drop(url)


def test_every_row_of_the_books_is_what_it_was(grown: tuple[str, Rows], shop: Engine) -> None:
    before = grown[1]
    assert all(before.values())
    assert list(rewritten(before, rows_of(shop))) == []


@pytest.mark.parametrize(
    ("command", "verdict"),
    [
        ("reconcile", "The books agree"),
        ("verify-audit", "The chains hold: 41 links, 1 entries not"),
    ],
)
def test_the_books_and_the_trail_hold(
    shop: Engine, tmp_path: Path, command: str, verdict: str
) -> None:
    url = shop.url.render_as_string(hide_password=False)
    app = create_app(settings_for(url, tmp_path, production=True))
    done = terminal(app)(command)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    assert done.exit_code == 0, done.output
    assert verdict in done.stdout


def someone(session: Session, login: str) -> Identity:
    number = session.scalar(text("SELECT id FROM person WHERE login = :login"), {"login": login})
    found = load_identity(session, number)
    assert found is not None
    return found


def test_what_was_under_way_goes_on(shop: Engine) -> None:
    """An order that was approved under the first program is brought to its end by this one."""
    with Session(shop, expire_on_commit=False) as session:
        received = select(Order).where(Order.state == OrderState.RECEIVED)
        order = session.scalars(received).one()
        lines = session.scalars(select(OrderLine).where(OrderLine.order_id == order.id))
        verdicts = tuple(LineVerdict(line.id, line.quantity) for line in lines)
        ordering.accept(session, someone(session, "approver@test"), order.id, verdicts, NOON)
        session.commit()
        assert reconcile(session) == []


def test_people_of_then_buy_now(shop: Engine) -> None:
    with Session(shop, expire_on_commit=False) as session:
        wish = PurchaseWish(1, "UNION", "POSTPAY", (WishedLine(1, 2),), CONSIGNEE)
        buyer, approver = (someone(session, f"{one}@test") for one in ("buyer", "approver"))
        purchase = ordering.draft_purchase(session, buyer, wish, NOON)
        ordering.submit(session, buyer, purchase.id, NOON)
        ordering.approve(session, approver, purchase.id, NOON)
        assert seal(session) > 0
        session.commit()
        assert reconcile(session) == []
