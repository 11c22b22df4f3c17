"""A PostgreSQL of our own that keeps an archive, by the files that operators are given."""

import os
import re
import shutil
import signal
import subprocess
import time
from datetime import datetime
from pathlib import Path

import psycopg

from tests.databases import Server
from tests.structure.house import ROOT

FILES = ROOT / "deploy/postgresql"
WITHIN_S = 30


class ArchivedServer(Server):
    """Its data can be lost and had back."""

    @property
    def archive(self) -> Path:
        return self.home / "archive"

    def _start(self) -> "subprocess.Popen[bytes]":
        # The server is another user than the one who runs the tests, and reads nothing of theirs.
        shutil.copytree(FILES, self.home / "files")
        for folder in (self.archive, self.archive / "wal", self.archive / "base"):
            folder.mkdir(mode=0o777)
            folder.chmod(0o777)
        self.settings = (*super().settings, *self._delivered())
        return super()._start()

    def _delivered(self) -> list[str]:
        """The settings of the file that is delivered, with the folders of this test."""
        said = (FILES / "archive.conf").read_text()
        said = said.replace("/opt/bangfu/deploy/postgresql", str(self.home / "files"))
        said = said.replace("/var/lib/bangfu-archive", str(self.archive))
        lines = re.findall(r"^(\w+) = (.+)$", said, re.MULTILINE)
        return [f"{name}={value.strip(chr(39))}" for name, value in lines]

    def run(self, script: str, *words: object) -> "subprocess.CompletedProcess[str]":
        """Runs a script of ours as the server's user, as systemd or an operator would."""
        path = f"{self.binaries}{os.pathsep}{os.environ['PATH']}"
        environ = {**os.environ, "PATH": path, "PGHOST": str(self.home), "PGUSER": "postgres"}
        command = ["sh", str(self.home / "files" / script), *map(str, words)]
        return subprocess.run(
            command, env=environ, check=False, capture_output=True, text=True, **self.identity
        )

    def copy(self, keep: int = 4) -> Path:
        """A copy of the whole cluster, as the timer takes it."""
        done = self.run("base_backup.sh", self.archive, keep)
        assert done.returncode == 0, done.stderr
        return Path(done.stdout.splitlines()[0])

    def ask(self, query: str) -> object:
        plain = self.url.replace("+psycopg", "")
        with psycopg.connect(plain, autocommit=True) as connection:
            row = connection.execute(query.encode()).fetchone()
            assert row is not None
            return row[0]

    def now(self) -> datetime:
        found = self.ask("SELECT clock_timestamp()")
        assert isinstance(found, datetime)
        return found

    def wait_until(self, query: str) -> None:
        deadline = time.monotonic() + WITHIN_S
        while not self.ask(query):
            assert time.monotonic() < deadline, (self.home / "log").read_text()
            time.sleep(0.02)

    def archive_all(self) -> None:
        """What a minute does by itself (archive_timeout)."""
        segment = self.ask("SELECT pg_walfile_name(pg_switch_wal())")
        self.wait_until(f"SELECT last_archived_wal >= '{segment}' FROM pg_stat_archiver")

    def lose_everything(self) -> None:
        """The server ends without a word, and its disk is gone."""
        assert self.process is not None
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait()
        shutil.rmtree(self.home / "data")

    def recover(self, instant: str) -> None:
        done = self.run("recover.sh", self.archive, self.home / "data", instant)
        assert done.returncode == 0, done.stderr
        self.process = self._launch()
        self._wait_until_ready()
        self.wait_until("SELECT NOT pg_is_in_recovery()")
