"""Counts and durations for Prometheus. The only module that knows its library.

With PROMETHEUS_MULTIPROC_DIR set, every process writes into that folder and any of them
answers for all; without it a process answers for itself.
"""

import os
from collections.abc import Iterator, Mapping
from functools import cache

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

CONTENT_TYPE = CONTENT_TYPE_LATEST

# Labels are names of ours alone, never what somebody typed: an endpoint, a method of HTTP, the
# class of a status, a job.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_requests = Counter("bangfu_requests_total", "Requests answered.", ("endpoint", "method", "status"))
_request_s = Histogram(
    "bangfu_request_seconds",
    "Time from a request to its answer.",
    ("endpoint",),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0),
)
_statements = Histogram(
    "bangfu_request_statements",
    "Statements that a request asked of the database.",
    buckets=(0, 1, 2, 5, 10, 20, 40, 80, 160),
)
_statements_by = Counter(
    "bangfu_statements_total", "Statements asked of the database.", ("endpoint",)
)
_slow = Counter("bangfu_slow_statements_total", "Statements that took SLOW_QUERY_MS or longer.")
_kept = Counter(
    "bangfu_kept_total", "Pages and answers looked for among those kept.", ("what", "outcome")
)
_viewers = Counter("bangfu_viewers_answered_total", "Viewers of boards answered in the loop.")
_happened = Counter("bangfu_orders_total", "Orders that came so far, by commits.", ("event",))
# Told as none where there was none yet: what is missing could not be noticed.
for _event in ("placed", "completed"):
    _happened.labels(_event)
_jobs = Counter("bangfu_jobs_total", "Jobs of the worker.", ("job", "outcome"))
_job_s = Histogram("bangfu_job_seconds", "Time a job took.", ("job",))


# Finding a child by its labels takes longer than counting; there are few endpoints and few
# status codes, so each pair is found once.
@cache
def _request_counter(endpoint: str, method: str, status: int) -> Counter:
    return _requests.labels(endpoint, method, f"{status}xx")


@cache
def _request_timer(endpoint: str) -> Histogram:
    return _request_s.labels(endpoint)


@cache
def _statement_counter(endpoint: str) -> Counter:
    return _statements_by.labels(endpoint)


@cache
def _kept_counter(what: str, outcome: str) -> Counter:
    return _kept.labels(what, outcome)


def count_request(endpoint: str, method: str, status: int, duration_s: float) -> None:
    known = method if method in METHODS else "other"
    _request_counter(endpoint, known, status // 100).inc()
    _request_timer(endpoint).observe(duration_s)


def count_statements(endpoint: str, number: int) -> None:
    _statements.observe(number)
    _statement_counter(endpoint).inc(number)


def count_slow_statement() -> None:
    _slow.inc()


def count_kept(what: str, *, is_found: bool) -> None:
    """What was looked for among kept pages or answers, and whether it was there."""
    _kept_counter(what, "hit" if is_found else "miss").inc()


def count_viewers(number: int) -> None:
    _viewers.inc(number)


def count_orders(event: str, times: int) -> None:
    """Told by `core.happenings`: so many orders were placed, or completed, for good."""
    _happened.labels(event).inc(times)


def count_job(job: str, outcome: str, duration_s: float) -> None:
    _jobs.labels(job, outcome).inc()
    _job_s.labels(job).observe(duration_s)


class _Moment(Collector):
    """Figures of this moment. They belong to no process, as the library's own gauges would."""

    def __init__(self, figures: Mapping[str, float]) -> None:
        self.figures = figures

    def collect(self) -> Iterator[Metric]:
        for name, value in sorted(self.figures.items()):
            yield GaugeMetricFamily(name, "Read from the database at this moment.", value=value)


def _everything() -> CollectorRegistry:
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def expose(gauges: Mapping[str, float]) -> bytes:
    """All counts in Prometheus' text form, and the given figures of this moment."""
    moment = CollectorRegistry()
    moment.register(_Moment(gauges))
    return generate_latest(_everything()) + generate_latest(moment)
