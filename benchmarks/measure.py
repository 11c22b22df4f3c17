"""One scenario measured several times, each time beside the ceiling."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from benchmarks.client import BadAnswer, drive, load_of
from benchmarks.server import Server

CEILING_BYTES = 30_000
WARM_UP_S = 1


class Operation(Protocol):
    """Something done over and over."""

    name: str

    def once(self) -> None: ...


@dataclass(frozen=True)
class Figures:
    """Medians over the runs."""

    name: str
    runs: int
    cpu_ms: float
    requests_per_s: float
    p50_ms: float
    p99_ms: float
    path: str = ""
    page_bytes: int = 0
    # The ceiling with as many bytes as the page, measured in the same run.
    ceiling_cpu_ms: float = 0.0
    ceiling_requests_per_s: float = 0.0
    statements: int | None = None

    @property
    def ratio(self) -> float | None:
        """How many times the processor time of the ceiling."""
        return self.cpu_ms / self.ceiling_cpu_ms if self.ceiling_cpu_ms else None


@dataclass(frozen=True)
class Run:
    cpu_ms: float
    requests_per_s: float
    p50_ms: float
    p99_ms: float


def run_page(server: Server, path: str, cookie: str, seconds: int) -> Run:
    """Drives one address for so many seconds; processor time is of the whole server."""
    before_s = server.cpu_s()
    load = drive(f"{server.address}{path}", cookie, seconds)
    used_s = server.cpu_s() - before_s
    if not load.requests:
        raise BadAnswer(f"{path}: nothing came back")
    return Run(1000 * used_s / load.requests, load.requests_per_s, load.p50_ms, load.p99_ms)


def run_operation(server: Server, operation: Operation, count: int) -> Run:
    """Does it so many times, one after the other."""
    waits = []
    before_s, started = server.cpu_s(), time.monotonic()
    for _ in range(count):
        began = time.monotonic()
        operation.once()
        waits.append(1000 * (time.monotonic() - began))
    took_s, used_s = time.monotonic() - started, server.cpu_s() - before_s
    load = load_of(waits, took_s)
    return Run(1000 * used_s / count, load.requests_per_s, load.p50_ms, load.p99_ms)


def measure_page(
    server: Server, ceiling: Server, page: tuple[str, str, str, int], runs: int, seconds: int
) -> Figures:
    """A page (name, path, cookie, bytes) and the ceiling by turns."""
    name, path, cookie, size = page
    run_page(server, path, cookie, WARM_UP_S)
    mine, least = [], []
    for _ in range(runs):
        mine.append(run_page(server, path, cookie, seconds))
        least.append(run_page(ceiling, f"/{size}", "", max(1, seconds // 2)))
    return beside(replace(figures_of(name, mine), page_bytes=size), least)


def beside(figures: Figures, ceiling: list[Run]) -> Figures:
    """With what the ceiling took in the same run."""
    return replace(
        figures,
        ceiling_cpu_ms=_median(ceiling, lambda run: run.cpu_ms),
        ceiling_requests_per_s=_median(ceiling, lambda run: run.requests_per_s),
    )


def figures_of(name: str, runs: list[Run]) -> Figures:
    """What several runs come to."""
    return Figures(
        name,
        len(runs),
        cpu_ms=_median(runs, lambda run: run.cpu_ms),
        requests_per_s=_median(runs, lambda run: run.requests_per_s),
        p50_ms=_median(runs, lambda run: run.p50_ms),
        p99_ms=_median(runs, lambda run: run.p99_ms),
    )


def _median(runs: list[Run], of: Callable[[Run], float]) -> float:
    return statistics.median(map(of, runs))
