"""The folder of this machine's copy: generations, which one counts, and how far it has read."""

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

# Raised whenever words or fields are prepared in another way: copies made before are built anew.
FORMAT = 1
CURRENT = "current"
STATE = "state.json"
BROKEN = "broken"
PREFIX = "g-"


@dataclass(frozen=True)
class State:
    """Whose catalogue a generation holds, how it was made, and up to where it has read."""

    log: str
    position: int
    day: str
    synonyms: str
    engine: str
    format: int = FORMAT
    version: int = 0

    @property
    def on(self) -> date:
        return date.fromisoformat(self.day)


class Folder:
    """Nothing here waits for a lock: what counts is named by one small file, put in place whole."""

    def __init__(self, home: Path) -> None:
        self.home = home

    @property
    def lock_file(self) -> Path:
        return self.home / "writer.lock"

    def current(self) -> Path | None:
        """The generation that counts, if there is one."""
        try:
            name = (self.home / CURRENT).read_text().strip()
        except OSError:
            return None
        place = self.home / name
        return place if name.startswith(PREFIX) and place.is_dir() else None

    def begin(self) -> Path:
        """A new generation beside the one that counts."""
        place = self.home / f"{PREFIX}{secrets.token_hex(6)}"
        place.mkdir(parents=True)
        return place

    def install(self, place: Path) -> None:
        """From now on this generation counts; the others go."""
        _write(self.home / CURRENT, place.name)
        for other in self._generations():
            if other != place:
                shutil.rmtree(other, ignore_errors=True)

    def discard(self, place: Path) -> None:
        shutil.rmtree(place, ignore_errors=True)

    def _generations(self) -> Iterator[Path]:
        return self.home.glob(f"{PREFIX}*")


def read_state(place: Path) -> State | None:
    """How far a generation has read; None where that cannot be told."""
    try:
        return State(**json.loads((place / STATE).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def write_state(place: Path, state: State) -> None:
    _write(place / STATE, json.dumps(asdict(state)))


def mark_broken(place: Path) -> None:
    """Tells the writer that readers cannot use this generation."""
    with suppress(OSError):
        (place / BROKEN).touch()


def is_marked_broken(place: Path) -> bool:
    return (place / BROKEN).exists()


def _write(path: Path, text: str) -> None:
    """The whole file or the one before: readers never see half of it, nor does a power cut."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    with part.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)
