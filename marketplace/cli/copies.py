"""How each database is copied into one file and back while others use it."""

import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Protocol

import click
from sqlalchemy import URL

BUSY_S = 30
AS_NEW_AS_THE_SERVER = (
    "It has to be as new as the server: Debian's package is postgresql-client-NN."
)
EMPTY_SCHEMA = b"DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n"


class Copier(Protocol):
    """Copies a database. Raises ClickException, and then nothing has changed."""

    def save(self, file: Path) -> None: ...

    def load(self, file: Path) -> None: ...


class SqliteCopier:
    """SQLite's online backup: a copy of one moment, taken while others read and write."""

    def __init__(self, database: Path) -> None:
        self.database = database

    def save(self, file: Path) -> None:
        try:
            with closing(self._open(self.database)) as source, closing(self._open(file)) as target:
                source.backup(target)
                # The copy is to be one file, without a journal beside it.
                target.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.Error as trouble:
            raise click.ClickException(_not_written(file, str(trouble))) from None

    def load(self, file: Path) -> None:
        address = f"{file.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as source:
            self._check(source, file)
            with closing(self._open(self.database)) as target:
                source.backup(target)
                target.execute("PRAGMA journal_mode=WAL")

    @staticmethod
    def _open(file: Path) -> sqlite3.Connection:
        return sqlite3.connect(file, timeout=BUSY_S)

    @staticmethod
    def _check(source: sqlite3.Connection, file: Path) -> None:
        try:
            ((verdict,),) = source.execute("PRAGMA quick_check(1)")
            source.execute("SELECT version_num FROM alembic_version")
        except sqlite3.DatabaseError as trouble:
            raise click.ClickException(f"{file} is not a backup of this shop: {trouble}.") from None
        if verdict != "ok":
            raise click.ClickException(f"{file} is damaged: {verdict}")


class PostgresqlCopier:
    """PostgreSQL's own programs; what is loaded becomes visible in one transaction."""

    def __init__(self, url: URL) -> None:
        host = url.host or url.query.get("host")
        given = {
            "PGHOST": host if isinstance(host, str) else None,
            "PGPORT": str(url.port) if url.port else None,
            "PGUSER": url.username,
            # In the environment: a command line can be seen by everyone on the machine.
            "PGPASSWORD": url.password,
            "PGDATABASE": url.database,
        }
        self.environ: Mapping[str, str] = {
            **os.environ,
            **{name: value for name, value in given.items() if value},
        }

    def save(self, file: Path) -> None:
        done = self._run("pg_dump", "--format=custom", "--no-owner", f"--file={file}")
        if done is not None:
            raise click.ClickException(_not_written(file, done))

    def load(self, file: Path) -> None:
        # Reads the whole archive once, so that a damaged one is found before anything is done.
        damage = self._run("pg_restore", "--file=/dev/null", str(file))
        if damage is not None:
            raise click.ClickException(damage)
        with (
            self._open("psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1") as reader,
            self._open("pg_restore", "--no-owner", "--file=-", str(file)) as writer,
        ):
            assert reader.stdin is not None
            assert writer.stdout is not None
            try:
                reader.stdin.write(b"BEGIN;\n" + EMPTY_SCHEMA)
                shutil.copyfileobj(writer.stdout, reader.stdin)
                # Without this word the end of the input undoes everything.
                if writer.wait() == 0:
                    reader.stdin.write(b"COMMIT;\n")
                reader.stdin.close()
            except BrokenPipeError:
                writer.kill()
            if reader.wait() or writer.wait():
                raise click.ClickException("Nothing was restored: see the message above.")

    def _open(self, program: str, *arguments: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(  # noqa: S603  (no shell, and no word of strangers)
            [_find(program), *arguments],
            env=self.environ,
            stdin=subprocess.PIPE,
            # What psql has to say is not for the terminal; what pg_restore says is for psql.
            stdout=subprocess.DEVNULL if program == "psql" else subprocess.PIPE,
        )

    def _run(self, program: str, *arguments: str) -> str | None:
        """Runs a program to its end; what went wrong, in words, or None."""
        command = [_find(program), *arguments]
        done = subprocess.run(  # noqa: S603  (no shell, and no word of strangers)
            command, env=self.environ, capture_output=True, text=True, check=False
        )
        if done.returncode < 0:
            return f"{program} was stopped: {signal.strsignal(-done.returncode)}"
        if done.returncode and "version" in done.stderr:
            return f"{program}: {done.stderr.strip()}\n{AS_NEW_AS_THE_SERVER}"
        return f"{program}: {done.stderr.strip()}" if done.returncode else None


def settle(folder: Path) -> None:
    """Waits until the disk knows the names in a folder: a power cut takes none back."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _not_written(file: Path, trouble: str) -> str:
    free_mb = shutil.disk_usage(file.parent).free // 1_000_000
    return (
        f"No backup was written: {trouble.rstrip('.')}.\n"
        f"{file.parent} has {free_mb:,} MB free. Copies from before are as they were."
    )


def _find(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        raise click.ClickException(
            f"{program} is needed and not here. As root: apt-get install postgresql-client"
        )
    return found
