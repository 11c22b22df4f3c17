"""The search without its page: how fast, how good, how big, and how soon a change is seen."""

import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from benchmarks.instance import Instance, Scale, fill, new_instance, open_app
from benchmarks.quality import Quality, judge, read_labelled
from benchmarks.server import memory_kib_of
from marketplace.catalogue.commands import change_price
from marketplace.catalogue.queries import ProductFilter, Sort, list_published_ids, variants_of
from marketplace.cli.indexer import indexing
from marketplace.core.clock import day_of
from marketplace.core.paging import PageRequest
from marketplace.demonstration.load import Size
from marketplace.search.engines import choose_engine
from marketplace.search.local import current_copy, search_home
from marketplace.search.local.build import rebuild
from marketplace.search.local.copy import LocalCopy
from marketplace.search.queries import look_up
from marketplace.search.rules.ladder import Rung
from marketplace.search.rules.matching import EVERYTHING, Match
from marketplace.web import commit, db, now, session

QUERIES = 400
CHANGES = 7
SEEN_WITHIN_S = 30.0
FIRST_PAGE = PageRequest(1, 24)
SORTS = (*[Sort.RELEVANCE] * 6, Sort.PRICE, Sort.PRICE_DOWN, Sort.SALES, Sort.NEWEST)


@dataclass(frozen=True)
class Lap:
    """All queries once: milliseconds each took, the ladder's last rung apart."""

    name: str
    p50_ms: float
    p95_ms: float
    p99_ms: float
    last_rung_ms: float


@dataclass(frozen=True)
class Lookups:
    """One engine over so many products, in a process of its own."""

    engine: str
    products: int
    built_s: float
    megabytes: float
    warm_up_s: float
    laps: tuple[Lap, ...]
    # The process before it opened the index, and after all queries.
    rss_before_mib: int
    rss_after_mib: int
    seen_s: float
    seen_worst_s: float


def compare_engines(
    products: int, engines: Sequence[str], database_url: str | None
) -> tuple[list[Lookups], Quality | None]:
    """Each engine over one shop; how good the first is where the shop is the demonstration's."""
    load = Size(products=products, units=20, orders=2_000) if products else None
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        instance = new_instance(Path(folder), database_url)
        app = open_app(instance)
        with app.app_context():
            print(f"  building a shop of {products or 'the demonstration'} …", flush=True)
            fill(app, Scale(f"{products} products", load=load), is_indexed=False)
            db.engine.dispose()
        found = []
        for engine in engines:
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
                found.append(
                    process.submit(_measure, replace(instance, search_engine=engine)).result()
                )
            print(f"  {engine} measured", flush=True)
        with app.app_context():
            copy = LocalCopy(search_home(instance.settings), choose_engine(engines[0]))
            quality = judge(session(), copy, day_of(now())) if not products else None
            db.engine.dispose()
    return found, quality


def _measure(instance: Instance) -> Lookups:
    app = open_app(instance)
    with app.app_context():
        copy = current_copy()
        began = time.monotonic()
        products = rebuild(session(), copy.folder, copy.engine, day_of(now()))
        built_s = time.monotonic() - began
        before_kib, _ = memory_kib_of(os.getpid())
        copy.look_again()
        began = time.monotonic()
        copy.warm_up()
        warm_up_s = time.monotonic() - began
        laps = tuple(_lap(copy, name) for name in ("cold", "warm 1", "warm 2", "warm 3"))
        after_kib, _ = memory_kib_of(os.getpid())
        waits = _changes_seen(app, copy)
    return Lookups(
        engine=copy.engine.name,
        products=products,
        built_s=built_s,
        megabytes=_bytes_in(copy.folder.home) / 1e6,
        warm_up_s=warm_up_s,
        laps=laps,
        rss_before_mib=before_kib // 1024,
        rss_after_mib=after_kib // 1024,
        seen_s=statistics.median(waits),
        seen_worst_s=max(waits),
    )


def varied_queries() -> list[tuple[str, ProductFilter]]:
    """What people type, a quarter of it in a category, half with a price; the same every time."""
    chance = random.Random(1)
    typed = [labelled.typed for labelled in read_labelled()]
    return [
        (
            text,
            ProductFilter(
                category=chance.choice((None, None, None, "shiitake")),
                min_price_fen=chance.choice((None, None, None, 1_000)),
                max_price_fen=chance.choice((None, None, None, 9_000)),
                sort=chance.choice(SORTS),
            ),
        )
        for text in chance.sample(typed, QUERIES)
    ]


def _lap(copy: LocalCopy, name: str) -> Lap:
    snapshot = copy.snapshot()
    assert snapshot is not None
    waits, last = [], [0.0]
    for typed, wanted in varied_queries():
        began = time.perf_counter()
        _, step, _ = look_up(snapshot, typed, wanted, FIRST_PAGE)
        waits.append(1000 * (time.perf_counter() - began))
        if step is None or step.rung == Rung.NEAREST:
            last.append(waits[-1])
    parts = statistics.quantiles(waits, n=100, method="inclusive")
    return Lap(name, statistics.median(waits), parts[94], parts[98], max(last))


def _changes_seen(app: Flask, copy: LocalCopy) -> list[float]:
    """Seconds from the commit of a price until a search by that price finds the product."""
    ids = list_published_ids(session(), 0, CHANGES)
    waits, engine = [], db.engine
    with indexing(lambda: Session(engine), app.extensions["clock"]):
        for packs in variants_of(session(), ids, day_of(now())).values():
            # A price that nothing has: those made before, for the other engine, are lower.
            price_fen = 1_000_000 + (time.time_ns() // 1_000_000) % 10_000_000
            for pack in packs:
                change_price(session(), pack.variant_id, price_fen, now())
            commit()
            began = time.monotonic()
            at_that_price = ProductFilter(min_price_fen=price_fen, max_price_fen=price_fen)
            _await(partial(_finds, copy, at_that_price))
            waits.append(time.monotonic() - began)
    return waits


def _finds(copy: LocalCopy, wanted: ProductFilter) -> bool:
    snapshot = copy.snapshot()
    assert snapshot is not None
    return snapshot.reader.find(Match((EVERYTHING,)), wanted, 0, 1).total > 0


def _await(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SEEN_WITHIN_S
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError("a change was not seen")
        time.sleep(0.005)


def _bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
