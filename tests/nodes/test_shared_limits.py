"""Limits are one for all machines, through a real Redis; and each machine's own without it."""

import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import StringIO
from pathlib import Path
from time import monotonic, sleep

import pytest
from flask import Flask
from flask.testing import FlaskClient
from limits import parse

from marketplace.api import limits
from marketplace.web.logs import configure

WITHIN_S = 20


class Redis:
    """One of our own on a socket; it keeps nothing when it stops."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "redis.sock"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = str(shutil.which("redis-server"))
        words = ["--port", "0", "--unixsocket", str(self.path), "--save", ""]
        self.process = subprocess.Popen([program, *words], stdout=subprocess.DEVNULL)
        deadline = monotonic() + WITHIN_S
        while not self._answers():
            assert monotonic() < deadline
            sleep(0.02)

    def _answers(self) -> bool:
        with suppress(OSError), socket.socket(socket.AF_UNIX) as door:
            door.connect(str(self.path))
            door.sendall(b"PING\r\n")
            return door.recv(16) == b"+PONG\r\n"
        return False

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        self.process = None


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    made = Redis(tmp_path)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def lines() -> Iterator[StringIO]:
    """What is logged."""
    yield StringIO()
    configure()


@pytest.fixture
def machines(
    redis: Redis, make_app: Callable[..., Flask], lines: StringIO, monkeypatch: pytest.MonkeyPatch
) -> list[FlaskClient]:
    """Two, with memories of their own and one Redis; four reads an hour."""
    monkeypatch.setattr(limits, "RATES", {"read": parse("4/hour")})
    # Here somebody asks every time whether it is back.
    monkeypatch.setattr(limits, "AWAY_S", 0.0)
    apps = [make_app(redis_url=f"unix://{redis.path}") for _ in range(2)]
    for app in apps:
        app.extensions["api-limits"].enabled = True
    configure(lines)
    return [app.test_client() for app in apps]


def read(machine: FlaskClient, times: int) -> list[int]:
    return [machine.get("/api/v1/villages").status_code for _ in range(times)]


def test_calls_at_one_machine_count_at_the_other(machines: list[FlaskClient]) -> None:
    first, second = machines
    assert read(first, 3) == [200, 200, 200]
    assert read(second, 2) == [200, 429]
    assert read(first, 1) == [429]


def test_without_redis_each_machine_counts_alone_until_it_is_back(
    machines: list[FlaskClient], redis: Redis, lines: StringIO
) -> None:
    first, second = machines
    assert read(first, 5) == [200, 200, 200, 200, 429]
    redis.stop()
    assert read(first, 5) == [200, 200, 200, 200, 429]
    assert read(second, 5) == [200, 200, 200, 200, 429]
    redis.start()
    # It has forgotten; and from now on both count in it again.
    assert read(first, 3) + read(second, 2) == [200, 200, 200, 200, 429]
    assert lines.getvalue().count("limits are counted by each process") == 2
    assert lines.getvalue().count("limits are shared again") == 2
