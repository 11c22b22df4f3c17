"""The ground the tests stand on: real, separate databases and a clock that stands still."""

import shutil
import subprocess
import sys
from datetime import timedelta

import psutil
import pytest
from sqlalchemy import text

from tests.conftest import NOON
from tests.databases import Server


def test_each_test_has_a_database_of_its_own(databases, session):
    session.execute(text("CREATE TABLE note (id INTEGER)"))
    session.commit()
    other = databases.create()
    assert other != str(session.get_bind().url)
    databases.drop(other)


def test_the_tests_run_on_the_database_they_were_told(app, engine, database_kind):
    assert engine.dialect.name == database_kind
    assert app.config["SQLALCHEMY_DATABASE_URI"].startswith(database_kind)


def test_sqlite_checks_foreign_keys_as_postgresql_does(session, database_kind):
    if database_kind == "sqlite":
        assert session.scalar(text("PRAGMA foreign_keys")) == 1
    else:
        assert session.scalar(text("SHOW server_version_num")) >= "140000"


def test_the_clock_moves_only_when_told(clock):
    assert clock() == NOON
    clock.advance(days=1, minutes=5)
    assert clock() - NOON == timedelta(days=1, minutes=5)


def test_a_server_leaves_neither_process_nor_files_behind():
    server = Server()
    process = server.process
    server.stop()
    assert process is not None
    assert process.poll() == 0
    assert not server.home.exists()


@pytest.mark.slow
def test_a_server_ends_when_its_run_is_killed():
    start = (
        "from tests.databases import Server; s = Server(); print(s.process.pid, s.home); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", start], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        pid, home = run.stdout.readline().split()
        server = psutil.Process(int(pid))
        run.kill()
    psutil.wait_procs([server], timeout=10)
    shutil.rmtree(home)
    assert not server.is_running()


@pytest.mark.slow
def test_a_skipped_test_fails_the_run(tmp_path):
    path = tmp_path / "test_lazy.py"
    path.write_text("import pytest\n\ndef test_lazy():\n    pytest.skip('no time')\n")
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-q", str(path)]
    run = subprocess.run(command, check=False, capture_output=True, text=True)
    assert run.returncode == 1
    assert "nothing is skipped here" in run.stdout
