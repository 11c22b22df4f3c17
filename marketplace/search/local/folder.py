"""The folder of this machine's copy: generations, which one counts, and how far it has read."""

import json
import os
import secrets
import shutil
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from time import time

# Raised whenever words or fields are prepared in another way: copies made before are built anew.
FORMAT = 1
CURRENT = "current"
STATE = "state.json"
BROKEN = "broken"
PREFIX = "g-"
BUILDING = "new-"
ABANDONED_S = 24 * 60 * 60


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
        """A place for a new generation. Several may be built at once: the last one counts."""
        self._forget_abandoned()
        place = self.home / f"{BUILDING}{secrets.token_hex(6)}"
        place.mkdir(parents=True)
        return place

    def install(self, place: Path) -> Path:
        """From now on this generation counts, under the name returned; older ones go."""
        installed = self.home / place.name.replace(BUILDING, PREFIX, 1)
        place.rename(installed)
        _write(self.home / CURRENT, installed.name)
        for other in self.home.glob(f"{PREFIX}*"):
            if other != installed:
                shutil.rmtree(other, ignore_errors=True)
        return installed

    def discard(self, place: Path) -> None:
        shutil.rmtree(place, ignore_errors=True)

    def _forget_abandoned(self) -> None:
        """Whoever was killed while building left a place behind; nobody builds for a day."""
        for place in self.home.glob(f"{BUILDING}*"):
            with suppress(OSError):
                if time() - place.stat().st_mtime > ABANDONED_S:
                    shutil.rmtree(place, ignore_errors=True)


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
