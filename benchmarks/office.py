"""The unit's year at its heaviest: two thousand units under one supervisor, a million entries."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.client import BadAnswer
from benchmarks.instance import SUPERVISOR, Scale, clerk_of
from benchmarks.measure import Figures
from benchmarks.scenarios import PageScenario
from benchmarks.shop import PORT, Effort, Place, Shop, measure, open_shop
from benchmarks.visitor import Visitor
from benchmarks.years import YEARS
from marketplace.core.clock import day_of
from marketplace.core.db import Base
from marketplace.core.paging import PageRequest
from marketplace.demonstration.load import Size
from marketplace.demonstration.places import COUNTY
from marketplace.documents.printers import Printout
from marketplace.documents.printers.pages import PdfPrinter
from marketplace.documents.rules.sheet import Sheet, Table, Yuan
from marketplace.listing.commands.imports import ask_to_write, hand_in, write_run
from marketplace.planner.rules.shapes import Strategy
from marketplace.quota.queries import kept_totals, summed_entries
from marketplace.reports.queries import StandingsWish, list_standings
from marketplace.web import begin_again, commit, now, session
from tests.documents.reading import pages_of_pdf
from tests.listing.tables import numbered, row

SIZE = Size(products=5_000, units=2_000, orders=20_000)
OFFICE = Scale("office", deals=100, load=SIZE, entries=1_000_000)
LIST_ROWS = 1_000
PAPER_ROWS = 180
IMPORT_ROWS = 5_000


@dataclass(frozen=True)
class Task:
    """Something a person waits for once, not again and again: the median of a few times."""

    name: str
    seconds: float


def measure_office(effort: Effort, scale: Scale = OFFICE) -> tuple[list[Figures], list[Task]]:
    """The pages beside the ceiling, and what takes longer than a page."""
    with open_shop(scale, Place(), effort.runs) as shop:
        visitor, top = Visitor(PORT), shop.targets.top
        visitor.log_in(SUPERVISOR)
        with shop.app.app_context():
            pages = _pages(shop.targets.unit_id, top, day_of(now()))
        seen = replace(shop, targets=replace(shop.targets, pages=pages))
        figures = measure(seen, [page.name for page in pages], effort)
        tasks = [*_asked(visitor, shop, effort.runs), *_counted(shop, effort.runs)]
        tasks += imported(shop)
    return figures, tasks


def _pages(unit_id: int, top: int, today: date) -> tuple[PageScenario, ...]:
    past = today - timedelta(days=100)
    addresses = {
        "unit": f"/unit/{unit_id}",
        "unit-old-year": f"/unit/{unit_id}?year={today.year - YEARS + 1}",
        "unit-on-a-day": f"/unit/{unit_id}?year={past.year}&on={past}",
        "roll-up": f"/unit/{top}/units",
        "roll-up-old-year": f"/unit/{top}/units?year={today.year - YEARS + 1}",
        "roll-up-on-a-day": f"/unit/{top}/units?year={past.year}&on={past}",
    }
    return tuple(PageScenario(name, path, who="supervisor") for name, path in addresses.items())


def _asked(visitor: Visitor, shop: Shop, runs: int) -> Sequence[Task]:
    """What the server is asked for over the wire."""
    # It was kept waiting for longer than the server keeps a connection.
    visitor.connection.close()
    form = {
        "csrf_token": visitor.token_of("/basket/list"),
        "list": _list(shop),
        "step": "check",
    }
    tasks = [
        _timed(f"list of {LIST_ROWS:,} rows", runs, lambda: visitor.send("/basket/list", form))
    ]
    unit_id = _furthest_behind(shop)
    for strategy in Strategy:
        path = f"/unit/{unit_id}/plan?strategy={strategy.value}"
        tasks.append(_timed(f"plan {strategy.value}", runs, partial(_see, visitor, path)))
    return tasks


def _furthest_behind(shop: Shop) -> int:
    """The unit that has most to buy still: its plan is the largest."""
    with shop.app.app_context():
        today = day_of(now())
        wish = StandingsWish(today.year, COUNTY)
        return list_standings(session(), wish, PageRequest(1, 1), today).items[0].unit_id


def _see(visitor: Visitor, path: str) -> None:
    status, _page = visitor.get(path)
    if status != 200:
        raise BadAnswer(f"{path}: {status}")


def _list(shop: Shop) -> str:
    """Rows as they are pasted from a spreadsheet; every tenth names nothing we have."""
    product, variant = Base.metadata.tables["product"], Base.metadata.tables["variant"]
    rows = (
        select(product.c.name, variant.c.name)
        .join(variant, variant.c.product_id == product.c.id)
        .where(product.c.state == "PUBLISHED")
        .order_by(variant.c.id)
        .limit(LIST_ROWS)
    )
    with shop.app.app_context():
        found = session().execute(rows).all()
    return "".join(
        f"{name if place % 10 else '没有的东西'}\t{pack}\t{place % 7 + 1}\n"
        for place, (name, pack) in enumerate(found, 1)
    )


def paper(runs: int) -> list[Task]:
    """A paper as it is printed."""
    printer, sheet = PdfPrinter(), _paper(datetime.now(UTC))
    pages = pages_of_pdf(printer.print(sheet))
    return [_timed(f"paper of {pages} pages, warm", runs, lambda: printer.print(sheet))]


def _counted(shop: Shop, runs: int) -> Sequence[Task]:
    """What is done in a process of its own: a paper, and all totals anew."""
    tasks = paper(runs)
    with shop.app.app_context():
        tasks.append(_timed("totals from all entries", 1, lambda: _add_up_anew(session())))
    return tasks


def imported(shop: Shop) -> Sequence[Task]:
    """A table of new goods as a producer hands it in: checked, then written by the worker."""
    producer_id = shop.targets.producer_id
    rows = numbered(
        *(
            row(sku=f"S-{number}", name=f"商品 {number // 2}", pack=f"{number % 2 + 1}斤")
            for number in range(IMPORT_ROWS)
        )
    )
    with shop.app.app_context():
        clerk = clerk_of(producer_id)
        begin_again(writing=True)
        began, moment = time.perf_counter(), now()
        run_id = hand_in(session(), clerk, producer_id, ("货.xlsx", rows), moment)
        checked = time.perf_counter()
        ask_to_write(session(), clerk, run_id, moment, takes_good=False)
        write_run(session(), run_id, moment)
        commit()
        written = time.perf_counter()
    return [
        Task(f"table of {IMPORT_ROWS:,} goods checked", checked - began),
        Task("… and written", written - checked),
    ]


def _add_up_anew(session: Session) -> None:
    kept = {key: fen for key, fen in kept_totals(session).items() if fen}
    summed = {key: fen for key, fen in summed_entries(session).items() if fen}
    if kept != summed:
        raise BadAnswer("the kept totals are not the sums of the entries")


def _paper(moment: datetime) -> Printout:
    rows = tuple((str(n), f"第 {n} 号单位", Yuan(n * 100), Yuan(n * 99)) for n in range(PAPER_ROWS))
    table = Table("进度", ("序号", "单位", "目标", "已计入"), rows)
    sheet = Sheet("测量用表", "测量单位", (("年度", "2026"),), (table,), sum_fen=1)
    return Printout(sheet, "N", "0" * 64, moment, "")


def _timed(name: str, runs: int, does: Callable[[], object]) -> Task:
    waits = []
    for _ in range(runs):
        began = time.perf_counter()
        does()
        waits.append(time.perf_counter() - began)
    return Task(name, sorted(waits)[len(waits) // 2])
