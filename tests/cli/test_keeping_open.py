"""A backup is taken while people buy: it is of one moment, and holds all that was promised."""

import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import text

from tests.cli.buying import buying, purchases_in
from tests.cli.test_keeping import programs
from tests.structure.house import ROOT

__all__ = ["programs"]


@pytest.fixture
def restored(databases, run_on):
    """Puts a backup into another, empty database; its address and a terminal there."""
    made = []

    def restore(file):
        made.append(databases.create())
        terminal = run_on(made[-1])
        done = terminal("restore", file)
        assert done.exit_code == 0, done.output
        return made[-1], terminal

    yield restore
    for url in made:
        databases.drop(url)


def test_a_backup_taken_while_people_buy_restores_to_one_moment(
    run, engine, county, database_url, tmp_path, restored
):
    file, old = tmp_path / "open.backup", purchases_in(database_url)
    with buying(engine, county) as crowd:
        crowd.wait_for(6)
        before = crowd.known()
        after = before
        # A small county is copied in a moment: until somebody bought during one.
        while after == before:
            before = crowd.known()
            assert run("backup", file).exit_code == 0
            after = crowd.known()
        crowd.wait_for(3)
    url, terminal = restored(file)
    held = purchases_in(url) - old
    assert before <= held, "what was confirmed before the backup began is lost"
    assert held < crowd.known(), "nobody bought after it"
    for mine in crowd.confirmed:
        there = [number in held for number in mine]
        assert there == sorted(there, reverse=True), "a later purchase without an earlier one"
    assert "The books agree" in terminal("reconcile").stdout
    verified = terminal("verify-audit")
    assert verified.exit_code == 0, verified.output
    assert " 0 rows under" not in verified.stdout


COMMAND = (sys.executable, "-m", "flask", "--app", "wsgi", "backup")
# So much of each file may still be written, as on a full disk.
LEFT_BYTES = 64 * 1024


@pytest.fixture
def start(database_url, tmp_path):
    """Starts `backup` as a process of its own, as a timer would."""
    environ = {**os.environ, "DATABASE_URL": database_url, "INSTANCE": str(tmp_path / "instance")}

    def begin(file):
        return subprocess.Popen(
            [*COMMAND, file],
            cwd=ROOT,
            env=environ,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    return begin


@contextmanager
def held_up(engine):
    """Keeps whoever wants to copy the database waiting."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("LOCK TABLE person IN ACCESS EXCLUSIVE MODE"))
            yield
        return
    with closing(sqlite3.connect(engine.url.database)) as connection:
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        yield


def test_a_backup_that_is_killed_leaves_nothing_under_its_name(
    run, start, engine, county, tmp_path
):
    file = tmp_path / "county.backup"
    assert run("backup", file).exit_code == 0
    kept = file.read_bytes()
    engine.dispose()
    with held_up(engine):
        process = start(file)
        while not list(tmp_path.glob(".*.backup-part")):
            assert process.poll() is None, process.communicate()
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        process.stderr.close()
    assert file.read_bytes() == kept
    assert run("backup", file).exit_code == 0


def test_a_full_disk_is_told_and_leaves_the_last_backup(run, start, county, tmp_path):
    file = tmp_path / "county.backup"
    assert run("backup", file).exit_code == 0
    kept = file.read_bytes()
    process = start(file)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (LEFT_BYTES, resource.RLIM_INFINITY))
    _out, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Error: No backup was written: " in said
    assert "MB free. Copies from before are as they were." in said
    assert "Traceback" not in said
    assert file.read_bytes() == kept
    assert list(tmp_path.glob(".*.backup-part*")) == []
