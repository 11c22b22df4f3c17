"""`prepare` brings a shop to where it should be, and does nothing twice."""

import pytest
from sqlalchemy import func, select

from marketplace.accounts.models import Person
from marketplace.catalogue.models import Product
from marketplace.cli import PLACES


@pytest.fixture
def bare_run(run_on, tmp_path, database_kind, databases):
    """A terminal on a database without a single table, ready for real trade."""
    if database_kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'bare.sqlite'}"
    else:
        url = databases._create("template0")
    yield run_on(url)
    if database_kind == "postgresql":
        databases.drop(url)


def test_a_database_without_tables_is_told_with_the_way_out(bare_run):
    told = bare_run("reconcile")
    assert told.exit_code == 1
    assert "flask --app wsgi prepare" in told.stderr


def test_a_shop_for_real_trade_gets_tables_and_nothing_else(bare_run):
    first, second = bare_run("prepare"), bare_run("prepare")
    assert (first.exit_code, first.stdout) == (
        0,
        "The tables are up to date.\nsearch index\n0 products can be found.\n",
    ), first.output
    assert (second.exit_code, second.stdout) == (0, "")
    assert "no demonstration logins" in bare_run("logins").stderr


@pytest.mark.slow
def test_an_empty_shop_gets_the_demonstration_and_its_logins(run, session, tmp_path):
    assert run("prepare").exit_code == 0
    people = session.scalar(select(func.count()).select_from(Person))
    assert session.scalar(select(func.count()).select_from(Product))
    assert list((tmp_path / "search").glob("*/current"))
    session.rollback()
    assert run("prepare").stdout == ""
    assert session.scalar(select(func.count()).select_from(Person)) == people
    logins = run("logins").stdout
    assert "demo-pass-2026" in logins
    assert "buyer@demo" in logins
    assert "郧阳区财政局" in logins


def test_the_index_is_rebuilt(run, county):
    told = run("reindex")
    assert told.exit_code == 0
    assert "3 products can be found." in told.stdout


def test_every_command_says_what_it_is_for(app):
    runner = app.test_cli_runner()
    listed = runner.invoke(args=["--help"]).stdout
    for name in PLACES:
        assert f"  {name} " in listed
        assert runner.invoke(args=[name, "--help"]).exit_code == 0
