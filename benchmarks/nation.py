"""What happens once, or after a misfortune, at the size of the nation: 450,000 goods imported, and
all totals of villages anew from five million lines."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.client import BadAnswer
from benchmarks.instance import Scale, clerk_of, fill, new_instance, open_app
from benchmarks.lines import add_lines, check_totals, keep_totals
from marketplace.core.db import Base
from marketplace.core.identity import Identity
from marketplace.demonstration.load import PRODUCTS_PER_MAKER, Size
from marketplace.listing.commands.imports import ask_to_write, hand_in, write_run
from marketplace.web import begin_again, commit, now, session
from tests.listing.tables import numbered, row

# As many as one table may hold (`MOST_GOODS`), and as many tables as make 450,000.
GOODS, TABLES = 5_000, 90
LINES = 5_000_000
NATION = Scale(
    "nation",
    deals=100,
    load=Size(products=TABLES * PRODUCTS_PER_MAKER, units=300, orders=1_000),
)


@dataclass(frozen=True)
class Task:
    """Something that is done once: how many rows, and how long it took."""

    name: str
    rows: int
    wall_s: float
    cpu_s: float


def measure_nation(database_url: str | None) -> list[Task]:
    """Each task once, in this process, one after the other."""
    with _filled(database_url) as app, app.app_context():
        begin_again(writing=True)
        return [*_imported(), *_added_up()]


@contextmanager
def _filled(database_url: str | None) -> Iterator[Flask]:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        app = open_app(new_instance(Path(name), database_url))
        with app.app_context():
            fill(app, NATION, is_indexed=False)
        yield app


def _imported() -> Iterator[Task]:
    """Each producer hands in a table, which is checked, and written by the worker."""
    product = Base.metadata.tables["product"]
    producers = session().scalars(
        select(product.c.producer_id).distinct().order_by(product.c.producer_id.desc())
    )
    clerks = {one: clerk_of(one) for one in producers.all()[:TABLES]}
    if len(clerks) < TABLES:
        raise BadAnswer(f"{len(clerks)} producers for {TABLES} tables")
    before = _count(session(), "product")
    yield _timed("goods imported", TABLES * GOODS, lambda: _hand_in_all(clerks))
    imported = _count(session(), "product") - before
    if imported != TABLES * GOODS:
        raise BadAnswer(f"{imported:,} goods were written")


def _hand_in_all(clerks: dict[int, Identity]) -> None:
    for place, (producer_id, clerk) in enumerate(clerks.items()):
        rows = numbered(
            *(
                row(sku=f"N-{place}-{number}", name=f"山货 {place}-{number}")
                for number in range(GOODS)
            )
        )
        begin_again(writing=True)
        run_id = hand_in(session(), clerk, producer_id, ("货.xlsx", rows), now())
        commit()
        begin_again(writing=True)
        ask_to_write(session(), clerk, run_id, now(), takes_good=False)
        commit()
        begin_again(writing=True)
        write_run(session(), run_id, now())
        commit()


def _added_up() -> Iterator[Task]:
    """All totals of villages, townships, counties, producers, units and sessions."""
    print(f"  adding {LINES:,} lines …", flush=True)
    begin_again(writing=True)
    add_lines(session(), LINES, now())
    commit()
    begin_again(writing=True)
    yield _timed("totals anew from all lines", LINES, lambda: keep_totals(session()))
    commit()
    yield _timed("totals compared with their lines", LINES, lambda: check_totals(session()))


def _count(session: Session, table: str) -> int:
    counted = select(func.count()).select_from(Base.metadata.tables[table])
    return int(session.scalar(counted) or 0)


def _timed(name: str, rows: int, does: Callable[[], object]) -> Task:
    began_s, worked_s = time.perf_counter(), time.process_time()
    does()
    return Task(name, rows, time.perf_counter() - began_s, time.process_time() - worked_s)
