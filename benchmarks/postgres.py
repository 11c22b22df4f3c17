"""A PostgreSQL of our own that keeps what it was told, and the processor time it takes."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.databases import PostgresqlDatabases, Server

TICKS_PER_S = os.sysconf("SC_CLK_TCK")


class Durable(Server):
    """On a disk, and waiting for it at every commit, as in an office."""

    settings = ("shared_buffers=256MB",)

    def __init__(self) -> None:
        super().__init__(tempfile.gettempdir())

    def new_database(self) -> str:
        """An empty one."""
        databases = PostgresqlDatabases(self.url)
        url = databases.template
        databases.connection.close()
        return url

    def cpu_s(self) -> float:
        """Processor time of the server and all its processes so far, those that ended included."""
        assert self.process is not None
        return sum(map(_ticks, [self.process.pid, *self._children()])) / TICKS_PER_S

    def _children(self) -> list[int]:
        assert self.process is not None
        pid = self.process.pid
        return list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        # It ended between the list and here; its parent has its time.
        return 0
    return sum(map(int, fields[11:15]))


@contextmanager
def databases(url: str | None, *, is_own: bool) -> Iterator[Callable[[], str | None]]:
    """Where to fill: in the database that is named, or in one after the other on a server of our
    own; None is a file."""
    if not is_own:
        yield lambda: url
        return
    server = Durable()
    try:
        yield server.new_database
    finally:
        server.stop()
