"""The two users of PostgreSQL as deploy/roles.sql makes them: one owns the tables, one trades."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import func, make_url, select
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.audit import commands as audit
from tests.conftest import migrate
from tests.county import build
from tests.databases import Databases, PostgresqlDatabases
from tests.engines import open_engine
from tests.structure.house import ROOT

SCRIPT = (ROOT / "deploy/roles.sql").read_text()
FORBIDDEN = (
    "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
    "DROP TABLE audit_entry",
    "ALTER TABLE person ADD COLUMN more text",
    "TRUNCATE audit_entry",
    "CREATE TABLE more (id int)",
    "CREATE TEMPORARY TABLE more (id int)",
    "SET session_replication_role = replica",
    "CREATE ROLE more",
    "COPY person TO PROGRAM 'cat'",
)


@pytest.fixture
def users(databases: Databases) -> Iterator[tuple[str, str]]:
    """Addresses of a database of its own, as its owner and as the shop."""
    assert isinstance(databases, PostgresqlDatabases)
    name = f"shop_{uuid.uuid4().hex[:12]}"
    before, after = SCRIPT.replace("bangfu", name).split(f"\\connect {name}\n")
    for statement in _statements(before):
        databases.connection.execute(statement.encode())
    there = databases.server_url.set(database=name)
    plain = there.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        for statement in _statements(after):
            connection.execute(statement.encode())
    found = [there.set(username=user, password=None) for user in (f"{name}_owner", name)]
    yield found[0].render_as_string(), found[1].render_as_string()
    databases.connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
    for user in (name, f"{name}_owner"):
        databases.connection.execute(f"DROP ROLE {user}".encode())


def _statements(script: str) -> list[str]:
    lines = [line for line in script.splitlines() if not line.startswith("--")]
    return [one.strip() for one in "\n".join(lines).split(";") if one.strip()]


@pytest.mark.machines
def test_the_shop_trades_and_changes_no_table(users: tuple[str, str], tmp_path: Path) -> None:
    owner, shop = users
    migrate(owner, tmp_path)
    engine = open_engine(shop)
    with Session(engine) as session:
        build(session)
        session.commit()
        audit.seal(session)
        session.commit()
        assert session.scalar(select(func.count()).select_from(Person))
    for statement in FORBIDDEN:
        with (
            engine.connect() as connection,
            pytest.raises(ProgrammingError, match=r"permission|owner"),
        ):
            connection.exec_driver_sql(statement)
    engine.dispose()


def test_both_users_are_the_two_of_the_files() -> None:
    example = (ROOT / "deploy/settings.example").read_text()
    assert make_url(example.split("DATABASE_URL=")[1].split("\n")[0]).username == "bangfu"
    assert "/etc/bangfu/owner" in (ROOT / "deploy/systemd/bangfu-prepare.service").read_text()
