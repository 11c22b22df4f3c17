"""What was lost is had back as of any instant: PostgreSQL, with the files of deploy/postgresql."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace import create_app
from marketplace.audit.commands import seal
from marketplace.ordering.models import Order
from marketplace.web import db
from tests.cli.conftest import terminal
from tests.conftest import migrate, settings_for
from tests.county import County, build
from tests.databases import PostgresqlDatabases
from tests.deploy.archived import FILES, ArchivedServer
from tests.engines import open_engine
from tests.ordering.steps import completed, placed


@pytest.fixture
def server() -> Iterator[ArchivedServer]:
    made = ArchivedServer()
    yield made
    made.stop()


@pytest.fixture
def shop(server: ArchivedServer, tmp_path: Path) -> tuple[str, County]:
    """A shop on that server, with its small county."""
    databases = PostgresqlDatabases(server.url)
    databases.connection.close()
    migrate(databases.template, tmp_path)
    with Session(open_engine(databases.template)) as session:
        county = build(session)
        session.get_bind().dispose()  # type: ignore[union-attr]
    return databases.template, county


def buy(url: str, county: County, all_the_way: bool = False) -> int:
    """A purchase that was confirmed; its number."""
    engine = open_engine(url)
    with Session(engine, expire_on_commit=False) as session:
        steps = completed if all_the_way else placed
        purchase, _orders = steps(session, county, county.wish((county.mushrooms, 2)))
        seal(session)
        session.commit()
    engine.dispose()
    return purchase.id


def purchases(url: str) -> set[int]:
    engine = open_engine(url)
    with Session(engine) as session:
        found = set(session.scalars(select(Order.purchase_id)))
    engine.dispose()
    return found


def prove(url: str, instance: Path) -> None:
    """By the commands that an operator is told to run."""
    app = create_app(settings_for(url, instance, production=True))
    for command in ("reconcile", "verify-audit"):
        done = terminal(app)(command)
        assert done.exit_code == 0, done.output
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.mark.machines
@pytest.mark.usefixtures("database_kind")
def test_a_lost_database_comes_back_as_of_an_instant(
    server: ArchivedServer, shop: tuple[str, County], tmp_path: Path
) -> None:
    url, county = shop
    server.copy().rename(server.archive / "base" / "2026-01-04T193000Z")
    early = buy(url, county, all_the_way=True)
    # Of the copies one stays, and of the files those that lead on from it.
    before = sorted(one.name for one in (server.archive / "wal").iterdir())
    base = server.copy(keep=1)
    assert list((server.archive / "base").iterdir()) == [base]
    assert before[0] not in {one.name for one in (server.archive / "wal").iterdir()}
    confirmed = {early, buy(url, county), buy(url, county, all_the_way=True)}
    engine = open_engine(url)
    with Session(engine) as under_way:
        placed(under_way, county, county.wish((county.noodles, 1)))
        instant = server.now()
        under_way.commit()
    engine.dispose()
    later = {buy(url, county), buy(url, county, all_the_way=True)}
    everything = purchases(url)
    assert {*confirmed, *later} < everything
    server.archive_all()

    server.lose_everything()
    server.recover(instant.isoformat(" "))
    assert purchases(url) == confirmed
    prove(url, tmp_path)
    # The shop goes on from there, and what it does is archived beside what came before.
    after = buy(url, county)
    assert purchases(url) == {*confirmed, after}
    server.archive_all()

    # Nothing of the archive was lost by it: another instant may be wanted.
    server.lose_everything()
    server.recover("latest")
    assert purchases(url) == {*confirmed, after}
    prove(url, tmp_path)


def archive(file: Path, target: Path) -> "subprocess.CompletedProcess[str]":
    command = ["sh", str(FILES / "archive_wal.sh"), str(file), str(target)]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def test_a_file_is_archived_whole_and_again_without_harm(tmp_path: Path) -> None:
    file, target = tmp_path / "segment", tmp_path / "wal" / "000000010000000000000001"
    target.parent.mkdir()
    file.write_bytes(b"x" * 100_000)
    assert archive(file, target).returncode == 0
    assert archive(file, target).returncode == 0
    assert target.read_bytes() == file.read_bytes()
    assert list(target.parent.iterdir()) == [target]


def test_an_archived_file_is_never_overwritten_by_another(tmp_path: Path) -> None:
    file, target = tmp_path / "segment", tmp_path / "000000010000000000000001"
    file.write_bytes(b"new")
    target.write_bytes(b"old")
    refused = archive(file, target)
    assert refused.returncode == 1
    assert "holds something else" in refused.stderr
    assert target.read_bytes() == b"old"


@pytest.mark.parametrize("lost", ["segment", "wal"])
def test_what_could_not_be_archived_is_asked_for_again(tmp_path: Path, lost: str) -> None:
    (tmp_path / "segment").write_bytes(b"new")
    (tmp_path / "wal").mkdir()
    there = tmp_path / lost
    there.rename(tmp_path / "elsewhere")
    failed = archive(tmp_path / "segment", tmp_path / "wal" / "1")
    assert failed.returncode != 0
    assert list(tmp_path.rglob("*.part")) == []


def recover(*words: object) -> "subprocess.CompletedProcess[str]":
    command = ["sh", str(FILES / "recover.sh"), *map(str, words)]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def test_a_recovery_touches_no_data_and_needs_a_copy_from_before(tmp_path: Path) -> None:
    (tmp_path / "base" / "2026-11-28T020000Z").mkdir(parents=True)
    data = tmp_path / "data"
    refused = recover(tmp_path, data, "2026-11-28 09:59:59+08")
    assert (refused.returncode, data.exists()) == (1, False)
    assert "holds no copy from before 2026-11-28 09:59:59+08" in refused.stderr
    data.mkdir()
    (data / "PG_VERSION").write_text("18")
    refused = recover(tmp_path, data, "2026-11-28 10:00:01+08")
    assert refused.returncode == 1
    assert "is not empty" in refused.stderr
