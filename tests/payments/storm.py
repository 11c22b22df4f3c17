"""Private purchases in a storm: the process that serves them is killed again and again.

`python -m tests.payments.storm 1000` runs a thousand on SQLite, with `--postgresql` on PostgreSQL.
The gateway lives in this process and outlives every kill; what it holds is compared in the end
with what the books say.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread, Timer
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from marketplace.catalogue.commands import receive_batch
from marketplace.catalogue.rules import ReceivedBatch
from marketplace.core.clock import day_of
from marketplace.core.db import prepare_engine
from marketplace.core.edition import follow
from marketplace.tables import TOPICS
from tests.county import START, THIRDS, build
from tests.databases import PostgresqlDatabases, Server, SqliteDatabases
from tests.engines import SEALER
from tests.payments.fake_stripe import FakeStripe

ROOT = Path(__file__).parents[2]


@dataclass
class Weather:
    """When the process is killed: as it asks the gateway, after it was answered, or any time."""

    chance: random.Random
    child: "Life | None" = None
    kills: Counter[str] = field(default_factory=Counter)

    def strike(self, where: str, odds: float) -> bool:
        if self.child is None or self.chance.random() >= odds:
            return False
        self.kill(self.child, where)
        return True

    def kill(self, child: "Life", where: str) -> None:
        with child.lock:
            if child.alive:
                os.kill(child.pid, signal.SIGKILL)
                child.alive = False
                self.kills[where] += 1


@dataclass
class Life:
    """One process that serves, until it is done or killed."""

    pid: int
    alive: bool = True
    lock: Any = field(default_factory=Lock)


class Nursery:
    """A process that has read all our code and begins each life by forking itself: a life then
    begins in a moment, and a thousand journeys are a matter of minutes."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.payments.storm_child"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def bear(self, task: dict[str, Any]) -> Life:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(task) + "\n")
        self.process.stdin.flush()
        return Life(int(self._read()["pid"]))

    def listen(self, life: Life) -> Iterator[dict[str, Any]]:
        """What a life says until it ends; the last thing is its status."""
        said = self._read()
        while "status" not in said:
            yield said
            said = self._read()
        with life.lock:
            life.alive = False
        yield said

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the nursery is gone"
        said: dict[str, Any] = json.loads(line)
        return said

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


class Handler(BaseHTTPRequestHandler):
    """The gateway over HTTP; what tests do behind its back is under /test."""

    fake: FakeStripe
    weather: Weather
    lock = Lock()

    def do_GET(self) -> None:
        if self.path == "/test/events":
            with self.lock:
                told, self.fake.events = self.fake.events, []
            self._answer(json.dumps(told), 200)
        else:
            self._ask("get", "")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if self.path.startswith("/test/pay/"):
            with self.lock:
                page = self.path.rsplit("/", 1)[-1]
                if self.fake.pages[page]["status"] == "open":
                    self.fake.pay(page)
            self._answer("{}", 200)
        else:
            self._ask("post", body)

    def _ask(self, method: str, body: str) -> None:
        if self.weather.strike("before the call", 0.12):
            return
        with self.lock:
            said, status, _headers = self.fake.request(method, self.path, self.headers, body)
        if not self.weather.strike("after the call", 0.12):
            self._answer(said, status)

    def _answer(self, text: str, status: int) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(text.encode())
        except OSError:
            """Whoever asked is dead."""

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@dataclass(frozen=True)
class Outcome:
    journeys: int
    kills: Counter[str]
    held_fen: int
    verdict: dict[str, Any]


def run(database_url: str, folder: Path, journeys: int, seed: int = 1) -> Outcome:
    """Drives so many journeys through the storm, then a calm end, and compares."""
    county = _found(database_url, packs=4 * journeys)
    weather, fake = Weather(random.Random(seed)), FakeStripe()
    handler = type("OurHandler", (Handler,), {"fake": fake, "weather": weather})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    nursery = Nursery()
    task = {
        "database_url": database_url,
        "folder": str(folder),
        "gateway": f"http://127.0.0.1:{server.server_port}",
        "county": county,
        "seed": seed,
    }
    try:
        done = 0
        while done < journeys:
            done = _live(nursery, weather, {**task, "first": done, "until": journeys})
        weather.child = None
        verdict = _end(nursery, task, journeys)
    finally:
        nursery.close()
        server.shutdown()
        server.server_close()
    return Outcome(journeys, weather.kills, fake.held_fen, verdict)


def _found(database_url: str, packs: int) -> dict[str, int]:
    engine = create_engine(database_url)
    prepare_engine(engine, SEALER)
    follow(engine, TOPICS)
    with Session(engine) as session:
        county = build(session)
        goods = county.mushrooms
        more = ReceivedBatch(goods.variant_id, "STORM", day_of(START), 365, packs, THIRDS)
        receive_batch(session, more, START)
        session.commit()
        found = {
            "variant": goods.variant_id,
            "shopper": county.shopper.person_id,
            "clerk": county.clerk.person_id,
        }
    engine.dispose()
    return found


def _live(nursery: Nursery, weather: Weather, task: dict[str, Any]) -> int:
    """One life of the process. Returns how many journeys are behind us by its end: one that a
    kill met is left where it was, and what it left undone is worked off by the lives after it."""
    done = int(task["first"])
    life = nursery.bear(task)
    weather.child = life
    end = Timer(weather.chance.uniform(0.3, 6), weather.kill, (life, "any time"))
    end.start()
    status = 0
    for said in nursery.listen(life):
        done = said.get("done", done)
        status = said.get("status", status)
    end.cancel()
    assert status in (0, -signal.SIGKILL), status
    return done if status == 0 else min(done + 1, int(task["until"]))


def _end(nursery: Nursery, task: dict[str, Any], journeys: int) -> dict[str, Any]:
    """The calm after the storm: everything that waits is done, and the books are proved."""
    life = nursery.bear({**task, "first": journeys, "until": journeys})
    verdict, ended = nursery.listen(life)
    assert ended["status"] == 0
    return verdict


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("journeys", type=int)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    from tests.conftest import migrate

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = Server() if given.postgresql else None
        databases = PostgresqlDatabases(server.url) if server else SqliteDatabases(folder)
        try:
            migrate(databases.template, folder)
            began = time.monotonic()
            outcome = run(databases.create(), folder, given.journeys, given.seed)
            print(f"{outcome} in {time.monotonic() - began:.0f} s")  # noqa: T201
        finally:
            if server:
                server.stop()
    return 1 if outcome.verdict["breaks"] else 0


if __name__ == "__main__":
    sys.exit(main())
