"""Selling under a rush, over HTTP: 200 buyers for 50 pieces, and orders placed without a pause."""

import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import Engine

from benchmarks.client import BadAnswer, headers_of
from benchmarks.crowd import Answered, Ask, form_post, rush
from benchmarks.instance import Scale, fill, new_instance, open_app
from benchmarks.postgres import Durable
from benchmarks.rush_cast import CODE, Buyer, Stage
from benchmarks.server import Server
from benchmarks.visitor import Visitor
from marketplace.web import db

COUNTY = Scale("rush", deals=300)
CROWD, STOCK = 200, 50
# How the buyers come: all at one instant, or evenly within one second.
ARRIVALS = {"at one instant": 0.0, "within one second": 1.0}
MEASURED = ("p50_ms", "p95_ms", "max_ms", "refused_p95_ms", "server_cpu_ms", "database_cpu_ms")
CONSIGNEE = {
    "consignee_name": "测量员",
    "consignee_phone": "13800000000",
    "consignee_address": "政府街 1 号",
}


@dataclass(frozen=True)
class RushFigures:
    """What one crowd saw; medians of several where there were several."""

    database: str
    arrival: str
    buyers: int
    placed: int
    refused: int
    p50_ms: float
    p95_ms: float
    max_ms: float
    refused_p95_ms: float
    # For each buyer, placed or refused.
    server_cpu_ms: float = 0.0
    database_cpu_ms: float = 0.0


@dataclass(frozen=True)
class PlacingFigures:
    """Orders of so many clients, one after the other and without a pause."""

    database: str
    way: str
    clients: int
    seconds: float
    orders: int
    orders_per_s: float
    server_cpu_ms: float
    database_cpu_ms: float
    p50_ms: float
    p95_ms: float
    requests_per_order: int
    statements: int = 0


@dataclass(frozen=True)
class Theatre:
    """A running marketplace with its crowd, and how to read the database's processor time."""

    kind: str
    app: Flask
    engine: Engine
    server: Server
    stage: Stage
    database_cpu_s: Callable[[], float]


@contextmanager
def open_theatre(kind: str, port: int) -> Iterator[Theatre]:
    """A marketplace on SQLite or on a PostgreSQL of our own; everything is gone afterwards."""
    postgres = Durable() if kind == "postgresql" else None
    try:
        with TemporaryDirectory(prefix="rush-") as folder:
            url = postgres.new_database() if postgres else None
            instance = new_instance(Path(folder), url)
            app = open_app(instance)
            with app.app_context():
                fill(app, COUNTY)
                stage = Stage.build(app, CROWD)
                engine = db.engine
            engine.dispose()
            log = instance.folder / "server.log"
            with Server("wsgi:app", port, instance.environ, probe="/healthz", log=log) as server:
                cpu_s = postgres.cpu_s if postgres else lambda: 0.0
                yield Theatre(kind, app, engine, server, stage, cpu_s)
            with app.app_context():
                stage.prove()
            engine.dispose()
    finally:
        if postgres:
            postgres.stop()


def measure_rush(theatre: Theatre, arrival: str, runs: int) -> RushFigures:
    """A crowd for scarce goods, as often as asked, each time for goods of its own; once more
    before, so that the server is awake."""
    _round(theatre, arrival)
    rounds = [_round(theatre, arrival) for _ in range(runs)]
    middle = {name: statistics.median(getattr(one, name) for one in rounds) for name in MEASURED}
    return replace(rounds[0], **middle)


def _round(theatre: Theatre, arrival: str) -> RushFigures:
    with theatre.app.app_context():
        scarce = theatre.stage.new_goods(STOCK, limit=5)
        theatre.stage.fill_baskets(scarce)
    asks = [_checkout(theatre.server.port, buyer) for buyer in theatre.stage.buyers]
    server_s, database_s = theatre.server.cpu_s(), theatre.database_cpu_s()
    answers = rush(theatre.server.port, asks, ARRIVALS[arrival])
    server_s, database_s = theatre.server.cpu_s() - server_s, theatre.database_cpu_s() - database_s
    with theatre.app.app_context():
        theatre.stage.prove_sold(scarce, STOCK)
    figures = _figures(theatre.kind, arrival, answers)
    server_ms, database_ms = 1000 * server_s / CROWD, 1000 * database_s / CROWD
    return replace(figures, server_cpu_ms=server_ms, database_cpu_ms=database_ms)


def _checkout(port: int, buyer: Buyer) -> Ask:
    """What the buyer's browser sends from a checkout that it has open already."""
    visitor = Visitor(port)
    visitor.cookies["session"] = buyer.cookie
    form = visitor.hidden_of("/checkout")
    body = urlencode({**form, **CONSIGNEE, "unit": "personal", "host_code": CODE})
    return form_post("/checkout", headers_of(visitor.cookie), body.encode())


def _figures(kind: str, arrival: str, answers: Sequence[Answered]) -> RushFigures:
    placed = [one.wait_ms for one in answers if one.status == 302]
    refused = [one.wait_ms for one in answers if one.status == 409]
    if (len(placed), len(placed) + len(refused)) != (STOCK, CROWD):
        raise BadAnswer(f"{len(placed)} placed, {len(refused)} refused of {len(answers)}")
    waits = [one.wait_ms for one in answers]
    return RushFigures(
        kind,
        arrival,
        len(answers),
        len(placed),
        len(refused),
        statistics.median(waits),
        percentile(waits, 95),
        max(waits),
        percentile(refused, 95),
    )


def percentile(waits: Sequence[float], percent: int) -> float:
    ordered = sorted(waits)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
