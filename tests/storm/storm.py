"""Everybody at once, while everything breaks: journeys over the API through real processes.

`python -m tests.storm.storm 1000` runs a thousand on SQLite, with `--postgresql` on PostgreSQL.
"""

import argparse
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from threading import Event

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from marketplace import create_app
from marketplace.core.clock import day_of
from marketplace.core.closed import give_sealer
from marketplace.core.db import reading
from marketplace.core.sealing import Sealer
from marketplace.outbox.rules import LONG_LEASE
from marketplace.web import db
from tests.conftest import migrate, settings_for
from tests.county import County, build
from tests.databases import Databases, PostgresqlDatabases, Server, SqliteDatabases
from tests.engines import open_engine
from tests.storm.cast import Cast, engage
from tests.storm.client import Client, GivenUp
from tests.storm.machine import Machine
from tests.storm.promises import Promises
from tests.storm.proof import find_broken, waiting_jobs
from tests.storm.serving import CLOCK, MovedClock
from tests.storm.ways import Traveller
from tests.storm.weather import Weather, forecast

SECRET = "storm-" * 8
# In China the year has ten minutes left: the first move of the clock crosses into the next.
EVE = datetime(2026, 12, 31, 15, 50, tzinfo=UTC)
# A long storm leaves tens of thousands of letters; whoever works them off gets on.
GOES_ON_WITHIN_S = 90


@dataclass(frozen=True)
class Size:
    """How much happens to how many."""

    journeys: int
    kills: int
    seed: int = 1
    clients: int = 4


@dataclass
class Outcome:
    """What came, what was promised, and what of it does not hold."""

    seed: int
    journeys: int
    calls: int
    promised: int
    kills: int
    came: Counter[str]
    again: Counter[str]
    turned: Counter[str]
    ended_on: str
    broken: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        parts = {
            "seed": self.seed,
            "journeys": self.journeys,
            "calls": self.calls,
            "promises": self.promised,
            "kills": self.kills,
            "came": dict(self.came),
            "asked again": dict(self.again),
            "refused by rules": dict(self.turned),
            "ended on": self.ended_on,
            "broken": self.broken,
        }
        return "\n".join(f"  {name}: {value}" for name, value in parts.items())


class Storm:
    """One storm over one database."""

    def __init__(self, database_url: str, county: County, folder: Path) -> None:
        self.url, self.folder = database_url, folder
        self.clock = MovedClock(folder / "clock")
        self.clock.set(EVE)
        self.county = county
        self.promises = Promises()
        self.machine = Machine(folder, self._environ())
        self.weather = Weather(self.machine, database_url, self.promises, self.clock)

    def _environ(self) -> Mapping[str, str]:
        return {
            "DATABASE_URL": self.url,
            "SECRET_KEY": SECRET,
            CLOCK: str(self.clock.file),
            "PYTHONUNBUFFERED": "1",
        }

    def run(self, size: Size) -> Outcome:
        """Through the storm, into the calm, and looks at what is left."""
        engine = open_engine(self.url)
        give_sealer(engine, Sealer(SECRET))
        try:
            cast = self._engage(engine, size.clients)
            # Ours would be cut as well, and none is needed until it is calm.
            engine.dispose()
            self.machine.start()
            self._travel(size, cast)
            self._calm_down(engine)
            return self._prove(engine, cast, size)
        finally:
            for part in self.machine.parts:
                part.kill()
            engine.dispose()

    def _engage(self, engine: Engine, troupes: int) -> Cast:
        settings = settings_for(self.url, self.folder, secret_key=SECRET)
        app = create_app(settings, clock=self.clock)
        with Session(engine, expire_on_commit=False) as session:
            cast = engage(app, session, self.county, troupes)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        self.weather.cast = cast
        return cast

    def _travel(self, size: Size, cast: Cast) -> None:
        numbers = count()
        chance = random.Random(f"{size.seed}/strokes")
        plan = forecast(size.seed, size.journeys, size.kills)
        with ThreadPoolExecutor(size.clients + 1) as pool:
            raging = pool.submit(self.weather.rage, plan, chance)
            going = [
                pool.submit(self._go, place, cast, (size, numbers)) for place in range(size.clients)
            ]
            try:
                for one in going:
                    one.result()
            finally:
                self.weather.over.set()
            raging.result()

    def _go(self, place: int, cast: Cast, task: tuple[Size, "count[int]"]) -> None:
        size, numbers = task
        client = Client(self.machine.port, cast.troupes[place], self.promises)
        traveller = Traveller(client, cast, self.clock)
        try:
            while (number := next(numbers)) < size.journeys:
                traveller.travel(size.seed, number)
        except GivenUp:
            """Noted as a fault already."""
        finally:
            client.close()

    def _calm_down(self, engine: Engine) -> None:
        """Everybody is asked to stop and starts once more; then what waits is done."""
        if -signal.SIGKILL in self.machine.stop():
            self.promises.fault("asked to stop in the calm, somebody was killed")
        # A worker that was killed holds what it was at until its lease ends, at most so long.
        self.clock.advance(LONG_LEASE)
        self.machine.start()
        rest, deadline = Event(), time.monotonic() + GOES_ON_WITHIN_S
        left, said = self._waiting(engine), self.machine.readiness()
        while (left or said[0] != 200) and time.monotonic() < deadline:
            rest.wait(0.2)
            before, left, said = left, self._waiting(engine), self.machine.readiness()
            if left < before:
                deadline = time.monotonic() + GOES_ON_WITHIN_S
        if left or said[0] != 200:
            self.promises.fault(f"after the storm {left} jobs wait, and the shop is ready: {said}")
        self.machine.stop()

    def _waiting(self, engine: Engine) -> int:
        with reading(), Session(engine) as session:
            return waiting_jobs(session, self.clock())

    def _prove(self, engine: Engine, cast: Cast, size: Size) -> Outcome:
        with Session(engine) as session:
            broken = find_broken(session, cast, self.promises)
        told = self.promises
        return Outcome(
            seed=size.seed,
            journeys=told.journeys,
            calls=told.calls,
            promised=told.count(),
            kills=self.weather.kills,
            came=self.weather.came,
            again=told.again,
            turned=told.turned,
            ended_on=f"{day_of(self.clock())}",
            broken=[*told.faults, *broken],
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("journeys", type=int)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="where what the processes say is kept")
    given = parser.parse_args()
    size = Size(given.journeys, given.kills or max(6, given.journeys // 10), given.seed)
    with tempfile.TemporaryDirectory(dir=given.keep) as name:
        server = Server() if given.postgresql else None
        try:
            databases: Databases = (
                PostgresqlDatabases(server.url) if server else SqliteDatabases(Path(name))
            )
            outcome = _on_a_new_one(databases, Path(given.keep or name), size)
        finally:
            if server:
                server.stop()
    return 1 if outcome.broken else 0


def _on_a_new_one(databases: Databases, folder: Path, size: Size) -> Outcome:
    migrate(databases.template, folder)
    url = databases.create()
    engine = open_engine(url)
    with Session(engine) as session:
        county = build(session)
    engine.dispose()
    began = time.monotonic()
    outcome = Storm(url, county, folder).run(size)
    print(f"{outcome}\n  seconds: {time.monotonic() - began:.0f}")  # noqa: T201
    return outcome


if __name__ == "__main__":
    sys.exit(main())
