"""What viewers of a board cost beside one order a second, and how far behind they are."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

from benchmarks.placing import ByHand
from benchmarks.rush import Theatre, open_theatre, percentile
from benchmarks.server import ROOT
from benchmarks.visitor import Visitor

VIEWERS = 1_000
# How often our page asks; and how often it would to be two seconds behind at most by itself.
RHYTHMS_S = (1.5, 2.0)
LEAD_S = 4
PLAIN = "threads alone"
SHORTCUT = "threads and the shortcut"


@dataclass(frozen=True)
class BoardFigures:
    """A minute with one order a second, with viewers or without."""

    server: str
    viewers: int
    every_s: float
    seconds: float
    orders: int
    requests: int
    cpu_ms_per_s: float
    # Less what the same orders cost without viewers.
    viewers_cpu_ms_per_s: float = 0.0
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    most_bytes: int = 0
    # From the answer to whoever ordered until a viewer knew, over all viewers and orders.
    behind_p50_s: float = 0.0
    behind_p99_s: float = 0.0
    behind_max_s: float = 0.0


def measure_board(seconds: int, port: int) -> list[BoardFigures]:
    """With the shortcut as it is deployed, then without."""
    found: list[BoardFigures] = []
    for server, arguments in ((SHORTCUT, ""), (PLAIN, "--worker-class gthread")):
        with _gunicorn_told(arguments), open_theatre("sqlite", port) as theatre:
            found += _measure(theatre, server, seconds)
    return found


def _measure(theatre: Theatre, server: str, seconds: int) -> Iterator[BoardFigures]:
    orders = _Orders(theatre)
    orders.place(5)
    alone = _alone(theatre, server, orders, seconds)
    yield alone
    for every_s in RHYTHMS_S:
        yield _watched(theatre, alone, orders, (VIEWERS, every_s, seconds))
    # What a proxy asks that keeps an answer for a second, however many ask it.
    yield _watched(theatre, alone, orders, (1, 1.0, seconds))


@contextmanager
def _gunicorn_told(arguments: str) -> Iterator[None]:
    os.environ["GUNICORN_CMD_ARGS"] = arguments
    try:
        yield
    finally:
        del os.environ["GUNICORN_CMD_ARGS"]


class _Orders:
    """Retail orders by hand, one buyer after the other, each at its second."""

    def __init__(self, theatre: Theatre) -> None:
        with theatre.app.app_context():
            theatre.stage.empty_baskets()
            goods = theatre.stage.new_goods(100_000, limit=None)
        clients = [ByHand(Visitor(theatre.server.port), one, goods) for one in theatre.stage.buyers]
        self.clients = cycle(clients)

    def place(self, number: int) -> list[float]:
        """One a second; when each was answered."""
        answered, begin = [], time.time()
        for place, client in enumerate(islice(self.clients, number)):
            time.sleep(max(0.0, begin + place - time.time()))
            # The server closes what was quiet for some seconds.
            client.visitor.connection.close()
            client.once()
            answered.append(time.time())
        time.sleep(max(0.0, begin + number - time.time()))
        return answered


def _cpu_ms_per_s(theatre: Theatre, does: Callable[[], Any]) -> tuple[float, float, Any]:
    used_s, began = theatre.server.cpu_s(), time.monotonic()
    result = does()
    took_s = time.monotonic() - began
    return 1000 * (theatre.server.cpu_s() - used_s) / took_s, took_s, result


def _alone(theatre: Theatre, server: str, orders: _Orders, seconds: int) -> BoardFigures:
    cpu_ms, took_s, _answered = _cpu_ms_per_s(theatre, lambda: orders.place(seconds))
    return BoardFigures(server, 0, 0.0, took_s, seconds, 0, cpu_ms)


def _watched(
    theatre: Theatre, alone: BoardFigures, orders: _Orders, wish: tuple[int, float, int]
) -> BoardFigures:
    viewers, every_s, seconds = wish
    known = _orders_so_far(theatre)
    path = f"/live/{theatre.stage.session_id}.json"
    words = [str(theatre.server.port), path, str(viewers), str(every_s)]

    def both() -> tuple[list[float], dict[str, Any]]:
        return _place_before_viewers(orders, seconds, words)

    cpu_ms, took_s, (answered, seen) = _cpu_ms_per_s(theatre, both)
    # The orders took fewer of these seconds than the viewers.
    orders_cpu_ms = alone.cpu_ms_per_s * seconds / took_s
    behind = sorted(_behind(answered, known, seen["news"]))
    waits = sorted(seen["waits_ms"])
    return BoardFigures(
        server=alone.server,
        viewers=viewers,
        every_s=every_s,
        seconds=took_s,
        orders=seconds,
        requests=len(waits),
        cpu_ms_per_s=cpu_ms,
        viewers_cpu_ms_per_s=cpu_ms - orders_cpu_ms,
        p50_ms=percentile(waits, 50),
        p99_ms=percentile(waits, 99),
        most_bytes=seen["most_bytes"],
        behind_p50_s=percentile(behind, 50),
        behind_p99_s=percentile(behind, 99),
        behind_max_s=behind[-1],
    )


def _place_before_viewers(
    orders: _Orders, seconds: int, words: Sequence[str]
) -> tuple[list[float], dict[str, Any]]:
    """(when each order was answered, what the viewers saw of it)."""
    command = [sys.executable, "-m", "benchmarks.viewers", *words]
    with subprocess.Popen(
        command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as watching:
        # All viewers are there before the first order, and know of the last.
        time.sleep(LEAD_S)
        answered = orders.place(seconds)
        time.sleep(LEAD_S)
        said, _ = watching.communicate()
    return answered, json.loads(said)


def _orders_so_far(theatre: Theatre) -> int:
    _status, page = Visitor(theatre.server.port).get(f"/live/{theatre.stage.session_id}.json")
    return int(json.loads(page)["orders"])


def _behind(
    answered: Sequence[float], known: int, news: Sequence[tuple[int, int, float]]
) -> Iterator[float]:
    """For each viewer and order, the seconds from its answer until the viewer knew of it."""
    by_viewer: dict[int, list[tuple[int, float]]] = {}
    for viewer, orders, second in news:
        by_viewer.setdefault(viewer, []).append((orders, second))
    for told in by_viewer.values():
        rest = iter(told)
        orders, second = next(rest)
        for place, at in enumerate(answered, known + 1):
            while orders < place:
                orders, second = next(rest)
            yield max(0.0, second - at)
