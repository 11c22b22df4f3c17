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

_requests = Counter("bangfu_requests_total", "Requests answered.", ("endpoint", "status"))
_request_s = Histogram(
    "bangfu_request_seconds",
    "Time from a request to its answer.",
    ("endpoint",),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0),
)
_jobs = Counter("bangfu_jobs_total", "Jobs of the worker.", ("job", "outcome"))
_job_s = Histogram("bangfu_job_seconds", "Time a job took.", ("job",))


# Finding a child by its labels takes longer than counting; there are few endpoints and few
# status codes, so each pair is found once.
@cache
def _request_counter(endpoint: str, status: int) -> Counter:
    return _requests.labels(endpoint, str(status))


@cache
def _request_timer(endpoint: str) -> Histogram:
    return _request_s.labels(endpoint)


def count_request(endpoint: str, status: int, duration_s: float) -> None:
    _request_counter(endpoint, status).inc()
    _request_timer(endpoint).observe(duration_s)


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
