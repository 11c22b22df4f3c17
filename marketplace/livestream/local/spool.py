"""Clicks on their way to the tables: lines in files, so that a redirect waits for no database.

Each process appends to a file of its own and holds a shared lock on it for as long as it may
write; an hour later it takes another. Whoever collects never moves a file: how far it was read
stands in the database, in the transaction that counted, and only what is read to its end and
held by nobody is removed. A process that is killed leaves its file, and the lock goes with it.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import structlog

from config import Settings
from marketplace.livestream.rules.visits import Visit

# What nobody collects must not fill the disk: some two million clicks.
MOST_BYTES = 128 * 1024 * 1024
SUFFIX = ".clicks"

log = structlog.get_logger()


def click_home(settings: Settings) -> Path:
    return settings.instance / "clicks"


class ClickSpool:
    """Where the processes of a machine leave the clicks they saw."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._lock = Lock()
        self._file: int | None = None
        self._hour = -1
        self._room = 0
        # A write that ended in the middle of a line: the next one must begin a new line.
        self._is_torn = False
        self._is_failing = False

    def note(self, hour: int, link_id: int, visitor: str, person: str, visit: Visit) -> None:
        """One line, by one write. Best effort: a full disk keeps nobody from the goods."""
        line = f"{link_id} {hour} {visitor or '-'} {person or '-'} {visit}\n".encode()
        with self._lock:
            if hour != self._hour:
                self._turn_to(hour)
            if self._file is None:
                return
            if self._room < len(line):
                self._complain("nobody collects them")
            else:
                self._append(self._file, line)

    def _append(self, file: int, line: bytes) -> None:
        words = b"\n" + line if self._is_torn else line
        try:
            written = os.write(file, words)
        except OSError as error:
            self._complain(str(error.strerror))
            return
        self._is_torn, self._is_failing = written < len(words), False
        self._room -= written

    def _turn_to(self, hour: int) -> None:
        """Lets go of the last hour's file and takes a new one."""
        self.close()
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            self._room = MOST_BYTES - self._used()
            self._file, self._hour = self._take(hour), hour
        except OSError as error:
            # The next click tries again.
            self._complain(str(error.strerror))

    def _used(self) -> int:
        used = 0
        for path in self.paths():
            # Some are being removed, counted, at this moment.
            with suppress(FileNotFoundError):
                used += path.stat().st_size
        return used

    def _complain(self, why: str) -> None:
        """Once, until one is kept again."""
        if not self._is_failing:
            log.error("clicks are not kept", why=why)
        self._is_failing = True

    def _take(self, hour: int) -> int:
        while True:
            path = self.home / f"{hour}-{secrets.token_hex(8)}{SUFFIX}"
            file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o600)
            fcntl.flock(file, fcntl.LOCK_SH)
            # Between opening and locking it may have been taken for a file that is done with.
            if os.fstat(file).st_nlink:
                return file
            os.close(file)

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
        self._file, self._is_torn = None, False

    def paths(self) -> list[Path]:
        return sorted(self.home.glob(f"*{SUFFIX}"))


@dataclass(frozen=True)
class Spooled:
    """A file of clicks, open for reading."""

    name: str
    path: Path
    file: int
    size: int
    # Nobody writes to it any more, and nobody will.
    is_left: bool

    def read(self, start: int, most: int) -> bytes:
        """Whole lines from a place on; of a file that is left also a torn last one."""
        words = os.pread(self.file, most, start)
        if self.is_left and start + len(words) >= self.size:
            return words
        return words[: words.rfind(b"\n") + 1]

    def remove(self) -> None:
        with suppress(FileNotFoundError):
            self.path.unlink()


@contextmanager
def opened(path: Path) -> Iterator[Spooled]:
    """A file to collect from; where nobody holds it, it is ours alone meanwhile."""
    file = os.open(path, os.O_RDONLY)
    try:
        yield Spooled(path.name, path, file, *_measured(file))
    finally:
        os.close(file)


def _measured(file: int) -> tuple[int, bool]:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.fstat(file).st_size, False
    # Measured under the lock: what was written before it is inside.
    return os.fstat(file).st_size, True
