"""The marketplace as the storm's processes serve it: by a clock that the storm can move on."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import config
from marketplace import create_app

CLOCK = "STORM_CLOCK"


class MovedClock:
    """The machine's time and a distance that stands in a file, so that all processes agree."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __call__(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=json.loads(self.file.read_text()))

    def set(self, now: datetime) -> None:
        """From now on it is then."""
        self._write((now - datetime.now(UTC)).total_seconds())

    def advance(self, by: timedelta) -> None:
        self._write(json.loads(self.file.read_text()) + by.total_seconds())

    def _write(self, distance_s: float) -> None:
        # Another process may be reading, and must not find half of it.
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps(distance_s))
        new.replace(self.file)


if CLOCK in os.environ:
    app = create_app(config.read(os.environ), clock=MovedClock(Path(os.environ[CLOCK])))
