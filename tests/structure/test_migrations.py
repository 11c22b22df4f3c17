"""The migrations lead to exactly the tables that the code describes, and back."""

from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Integer, MetaData, Table, inspect, text

from marketplace import tables
from marketplace.cli.migrations import open_migrations
from marketplace.web import db, health
from tests.ordering.steps import completed
from tests.structure.house import ROOT

pytestmark = pytest.mark.slow


def differences(engine, metadata: MetaData) -> list[Any]:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


def test_there_is_one_head_and_numbers_run_on():
    scripts = ScriptDirectory(ROOT / "migrations")
    assert len(scripts.get_heads()) == 1
    revisions = [script.revision for script in reversed(list(scripts.walk_revisions()))]
    assert revisions == [f"{number:04d}" for number in range(1, len(revisions) + 1)]
    for script in scripts.walk_revisions():
        assert (
            (ROOT / "migrations/versions")
            .joinpath(script.path)
            .name.startswith(f"{script.revision}_")
        )
    # Whoever asks whether a node is ready reads the names of the files alone.
    assert health.revisions() == (scripts.get_current_head(), frozenset(revisions))


def test_migrations_produce_exactly_the_metadata(engine):
    assert differences(engine, tables.metadata) == []


def test_a_table_without_a_migration_would_be_noticed(engine):
    extended = MetaData(naming_convention=tables.metadata.naming_convention)
    for table in tables.metadata.tables.values():
        table.to_metadata(extended)
    Table("annex", extended, Column("id", Integer, primary_key=True))
    assert [change[0] for change in differences(engine, extended)] == ["add_table"]


def test_migrations_go_down_to_nothing_and_up_again(app):
    with app.app_context():
        config = open_migrations(app).get_config()
        command.downgrade(config, "base")
        assert inspect(db.engine).get_table_names() == ["alembic_version"]
        command.upgrade(config, "head")
        assert differences(db.engine, tables.metadata) == []


def test_migrations_of_a_shop_that_has_traded_go_down_and_up_again(app, session, county):
    """Rows refer to each other: a table that a migration copied would lose its rows' footing."""
    completed(session, county, county.wish((county.mushrooms, 2)))
    session.commit()
    with app.app_context():
        config = open_migrations(app).get_config()
        command.downgrade(config, "0007")
        command.upgrade(config, "head")
        assert differences(db.engine, tables.metadata) == []
        packs = db.session.execute(text("SELECT sum(shipped_quantity) FROM order_line")).scalar()
    assert packs == 2


def test_every_append_only_table_refuses_to_be_rewritten(engine):
    """Asked of the catalogue; that the triggers bite is tested beside each book."""
    kind = "pg_trigger" if engine.dialect.name == "postgresql" else "sqlite_master"
    query = {
        "pg_trigger": "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger"
        " WHERE NOT tgisinternal",
        "sqlite_master": "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger'",
    }[kind]
    with engine.connect() as connection:
        guarded = set(connection.scalars(text(query)))
    assert set(tables.APPEND_ONLY) <= guarded
