"""What breaks, and when: drawn from a seed, and let loose as the journeys go on."""

import json
import os
import random
import signal
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from threading import Event

import psycopg
from sqlalchemy import make_url

from tests.storm.cast import Cast
from tests.storm.client import Client, Sent
from tests.storm.machine import Machine, Part
from tests.storm.promises import Promises
from tests.storm.serving import MovedClock
from tests.storm.ways import CONSIGNEE

# How often each of them is drawn; the first four kill.
ODDS = {
    "web worker killed": 8,
    "web killed": 2,
    "jobs killed": 4,
    "all killed": 1,
    "web asked to stop": 1,
    "connections cut": 3,
    "writer held": 2,
    "disk full": 2,
    "clock moved": 6,
}
KILLS = tuple(ODDS)[:4]
WITHIN_ALL = "web killed"
# So much of each file may still be written when the disk is full.
LEFT_BYTES = 64 * 1024


def forecast(seed: int, journeys: int, kills: int) -> list[tuple[float, str]]:
    """What breaks once so many journeys are behind us. Each kind comes at least once; where all
    are killed, the web is too."""
    chance = random.Random(f"{seed}/weather")
    drawn = [one for one in ODDS if one != WITHIN_ALL]
    while sum(1 for one in drawn if one in KILLS) < kills:
        drawn += chance.choices(tuple(ODDS), tuple(ODDS.values()))
    chance.shuffle(drawn)
    apart = journeys / (len(drawn) + 1)
    return [(apart * (place + chance.random()), kind) for place, kind in enumerate(drawn, 1)]


class Weather:
    """Lets loose what the forecast says, and puts up again what it tore down."""

    def __init__(
        self, machine: Machine, database_url: str, promises: Promises, clock: MovedClock
    ) -> None:
        self.machine, self.url = machine, make_url(database_url)
        self.promises, self.clock = promises, clock
        self.came: Counter[str] = Counter()
        self.over = Event()
        self.cast: Cast | None = None
        self._rest = Event()

    @property
    def kills(self) -> int:
        return sum(self.came[one] for one in KILLS)

    def rage(self, plan: list[tuple[float, str]], chance: random.Random) -> None:
        """Until the plan is done: what is late comes once everybody is home."""
        deeds: dict[str, Callable[[random.Random], None]] = {
            "web worker killed": self._kill_web_worker,
            "web killed": self._kill_web,
            "jobs killed": self._kill_jobs,
            "all killed": self._kill_all,
            "web asked to stop": self._ask_to_stop,
            "connections cut": self._cut,
            "writer held": self._hold,
            "disk full": self._fill_disk,
            "clock moved": self._move_clock,
        }
        for after, kind in plan:
            while self.promises.journeys < after and not self.over.is_set():
                self._rest.wait(0.02)
            deeds[kind](chance)
            self.came[kind] += 1

    @property
    def web(self) -> Part:
        assert self.machine.web is not None
        return self.machine.web

    def _kill_web_worker(self, chance: random.Random) -> None:
        workers = self.web.children
        while not workers:
            self._rest.wait(0.05)
            workers = self.web.children
        with suppress(ProcessLookupError):
            os.kill(chance.choice(workers), signal.SIGKILL)

    def _kill_web(self, _chance: random.Random) -> None:
        self.web.kill()
        self.machine.start_web()

    def _kill_jobs(self, _chance: random.Random) -> None:
        assert self.machine.jobs is not None
        self.machine.jobs.kill()
        self.machine.start_jobs()

    def _kill_all(self, _chance: random.Random) -> None:
        for part in self.machine.parts:
            part.kill()
        self.machine.start()

    def _move_clock(self, chance: random.Random) -> None:
        self.clock.advance(timedelta(minutes=chance.choice((20, 31, 200, 400))))

    def _cut(self, chance: random.Random) -> None:
        """All connections to the database end at once; a file has none, there a writer sits."""
        if self.url.drivername.startswith("sqlite"):
            self._hold(chance)
            return
        with psycopg.connect(self._conninfo(), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    def _hold(self, chance: random.Random) -> None:
        with self._nobody_writes():
            self._rest.wait(chance.choice((0.5, 1, 2)))

    def _conninfo(self) -> str:
        return self.url.set(drivername="postgresql").render_as_string(hide_password=False)

    @contextmanager
    def _nobody_writes(self) -> Iterator[None]:
        """Somebody else writes, and takes their time."""
        if self.url.drivername.startswith("sqlite"):
            held = sqlite3.connect(self.url.database or "", timeout=30, isolation_level=None)
            try:
                held.execute("BEGIN IMMEDIATE")
                yield
            finally:
                held.close()
            return
        with psycopg.connect(self._conninfo()) as connection:
            connection.execute(
                "LOCK TABLE idempotent_request, purchase IN SHARE ROW EXCLUSIVE MODE"
            )
            yield

    def _fill_disk(self, chance: random.Random) -> None:
        parts = self.machine.parts
        for part in parts:
            part.limit_files(LEFT_BYTES)
        self._rest.wait(chance.choice((0.3, 1)))
        for part in parts:
            part.limit_files(-1)

    def _ask_to_stop(self, _chance: random.Random) -> None:
        """What a web worker has taken in when SIGTERM comes is answered all the same."""
        wishes = [self._wish(n) for n in range(2)]
        doors = [HTTPConnection("127.0.0.1", self.machine.port, timeout=40) for _ in wishes]
        with self._nobody_writes():
            # Asked once nobody can write, so that no answer can come before the signal.
            taken_in = [self._send(*each) for each in zip(doors, wishes, strict=True)]
            self.web.process.terminate()
            self._rest.wait(0.3)
        heard = [self._hear(*each) for each in zip(doors, taken_in, strict=True)]
        for door in doors:
            door.close()
        if (status := self.web.stop()) not in (0, -signal.SIGTERM):
            self.promises.fault(f"asked to stop, the web ended with {status}")
        self.machine.start_web()
        for wish, was_heard in zip(wishes, heard, strict=True):
            if not was_heard:
                self._ask_again(wish)

    def _wish(self, place: int) -> Sent:
        assert self.cast is not None
        buyer = self.cast.troupes[0].actors["buyer"]
        (variant_id, _clerk), *_ = self.cast.goods
        wish = {
            "unit_id": self.cast.unit_id,
            "fund": "UNION",
            "payment_terms": "POSTPAY",
            "lines": [{"variant_id": variant_id, "quantity": 1}],
            "consignee": CONSIGNEE,
        }
        headers = {
            "Authorization": f"Bearer {buyer.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": f"stop.{self.came['web asked to stop']}.{place}",
        }
        return "POST", "/api/v1/purchases", json.dumps(wish), headers

    def _send(self, door: HTTPConnection, wish: Sent) -> bool:
        """Whether a web worker took it in."""
        method, path, body, headers = wish
        try:
            door.request(method, path, body.encode(), headers)
            our_port = door.sock.getsockname()[1]
        except (OSError, AttributeError):
            return False
        for _ in range(60):
            if self.machine.has_read(our_port):
                return True
            self._rest.wait(0.05)
        return False

    def _hear(self, door: HTTPConnection, was_taken_in: bool) -> bool:
        """Whether it was answered; what was taken in must be."""
        try:
            with door.getresponse() as answer:
                status, text = answer.status, answer.read().decode()
        except (OSError, HTTPException) as trouble:
            if was_taken_in:
                self.promises.fault(f"in flight at SIGTERM, and not answered: {trouble!r}")
            return False
        if status != 201:
            self.promises.fault(f"in flight at SIGTERM: {status} {text}")
            return False
        self._keep(text)
        self.came["answered after SIGTERM"] += 1
        return True

    def _keep(self, text: str) -> None:
        made = json.loads(text)
        with self.promises.lock:
            self.promises.purchases[made["id"]] = made

    def _ask_again(self, wish: Sent) -> None:
        """Under the same key: whether or not it was done, it is there once."""
        assert self.cast is not None
        client = Client(self.machine.port, self.cast.troupes[0], self.promises)
        self._keep(client.ask(wish).text)
        client.close()
