"""Retail orders without a pause: so many clients, each for one buyer after the other."""

import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import cycle

from benchmarks.rush import (
    ARRIVALS,
    CONSIGNEE,
    PlacingFigures,
    RushFigures,
    Theatre,
    measure_rush,
    open_theatre,
    percentile,
)
from benchmarks.rush_cast import CODE, Buyer, Goods
from benchmarks.shop import Effort
from benchmarks.statements import counted
from benchmarks.visitor import InsideVisitor, Visitor

CLIENTS = 8
SECONDS = 30
PIECES = 900_000


class ByProgram:
    """Draft and submit over the API."""

    name = "API: draft, submit"
    requests = 2

    def __init__(self, visitor: Visitor, buyer: Buyer, goods: Goods) -> None:
        self.visitor = visitor
        self.visitor.token = buyer.token
        self.body = {
            "unit_id": None,
            "fund": "INDIVIDUAL",
            "payment_terms": "PREPAY",
            "host_code": CODE,
            "lines": [{"variant_id": goods.variant_id, "quantity": 1}],
            "consignee": {"name": "测量员", "phone": "13800000000", "address": "政府街 1 号"},
        }

    def once(self) -> None:
        purchase_id = self.visitor.call("/purchases", self.body)["id"]
        placed = self.visitor.call(f"/purchases/{purchase_id}/submit")
        assert placed["state"] == "PLACED", placed["state"]


class ByHand:
    """Into the basket, the checkout read, the form sent."""

    name = "pages: basket, checkout, submit"
    requests = 3

    def __init__(self, visitor: Visitor, buyer: Buyer, goods: Goods) -> None:
        self.visitor = visitor
        self.visitor.cookies["session"] = buyer.cookie
        self.goods = goods
        self.token = self.visitor.token_of("/basket")

    def once(self) -> None:
        line = {"csrf_token": self.token, "variant_id": str(self.goods.variant_id), "quantity": "1"}
        self.visitor.send("/basket/lines", line, expected=302)
        form = self.visitor.hidden_of("/checkout")
        wish = {**form, **CONSIGNEE, "unit": "personal", "host_code": CODE}
        self.visitor.send("/checkout", wish, expected=302)


Way = type[ByProgram] | type[ByHand]
WAYS: tuple[Way, ...] = (ByProgram, ByHand)


def measure_placing(theatre: Theatre, way: Way, seconds: int, runs: int) -> PlacingFigures:
    """The median run by orders per second."""
    with theatre.app.app_context():
        theatre.stage.empty_baskets()
        goods = theatre.stage.new_goods(PIECES, limit=None)
    statements = _count(theatre, way, goods)
    rounds = [_round(theatre, way, goods, seconds) for _ in range(runs)]
    middle = sorted(rounds, key=lambda one: one.orders_per_s)[runs // 2]
    return replace(middle, statements=statements)


def _count(theatre: Theatre, way: Way, goods: Goods) -> int:
    """Statements of an order in this process, the second one: the first fills caches."""
    client = way(InsideVisitor(theatre.app), theatre.stage.buyers[0], goods)
    client.once()
    with counted(theatre.engine) as seen:
        client.once()
    return len(seen)


def _round(theatre: Theatre, way: Way, goods: Goods, seconds: int) -> PlacingFigures:
    port, buyers = theatre.server.port, theatre.stage.buyers
    shares = [buyers[place::CLIENTS] for place in range(CLIENTS)]
    clients = [[way(Visitor(port), buyer, goods) for buyer in share] for share in shares]
    server_s, database_s, began = theatre.server.cpu_s(), theatre.database_cpu_s(), time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as pool:
        waits = list(pool.map(lambda mine: _place_until(mine, began + seconds), clients))
    took_s = time.monotonic() - began
    server_s, database_s = theatre.server.cpu_s() - server_s, theatre.database_cpu_s() - database_s
    ordered = sorted(wait for some in waits for wait in some)
    return PlacingFigures(
        database=theatre.kind,
        way=way.name,
        clients=CLIENTS,
        seconds=took_s,
        orders=len(ordered),
        orders_per_s=len(ordered) / took_s,
        server_cpu_ms=1000 * server_s / len(ordered),
        database_cpu_ms=1000 * database_s / len(ordered),
        p50_ms=statistics.median(ordered),
        p95_ms=percentile(ordered, 95),
        requests_per_order=way.requests,
    )


def _place_until(clients: Sequence[ByProgram | ByHand], deadline: float) -> list[float]:
    """One order after the other, each for the next buyer: nobody meets the API's limit."""
    waits: list[float] = []
    for client in cycle(clients):
        began = time.monotonic()
        if began > deadline:
            return waits
        # The server closes what was quiet for some seconds.
        client.visitor.connection.close()
        client.once()
        waits.append(1000 * (time.monotonic() - began))
    return waits


def measure_rushes(effort: Effort, port: int) -> tuple[list[RushFigures], list[PlacingFigures]]:
    """A crowd, and orders without a pause, on both databases."""
    crowds, placings = [], []
    for kind in ("sqlite", "postgresql"):
        print(f"  {kind} …", flush=True)
        with open_theatre(kind, port) as theatre:
            crowds += [measure_rush(theatre, arrival, effort.runs) for arrival in ARRIVALS]
            seconds = max(SECONDS, effort.seconds)
            placings += [measure_placing(theatre, way, seconds, effort.runs) for way in WAYS]
    return crowds, placings
