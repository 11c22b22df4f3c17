"""`python -m benchmarks`: measures, prints a table, writes a file."""

import argparse
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.board import measure_board
from benchmarks.bulk import measure_bulk
from benchmarks.clicks import measure_clicks
from benchmarks.compare import committed_before, what_got_worse
from benchmarks.county import measure_county
from benchmarks.growth import compare
from benchmarks.instance import SIZES
from benchmarks.lookups import compare_engines
from benchmarks.nation import measure_nation
from benchmarks.nodes import measure_nodes
from benchmarks.office import imported, measure_office, paper
from benchmarks.placing import measure_rushes
from benchmarks.postgres import databases
from benchmarks.report import (
    board_table,
    lookup_table,
    placing_table,
    rush_table,
    table,
    write,
)
from benchmarks.shop import NAMES, PORT, Effort, Place, measure, open_shop

# Measured where no size is named; the largest takes hours.
USUAL = ("S", "M")
ENGINES = ("tantivy", "whoosh")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "what", nargs="?", choices=("shop", "growth", "search", *OWN), default="shop"
    )
    parser.add_argument("--size", choices=(*SIZES, "all"), default="all", help="all: S, M")
    parser.add_argument("--scenario", choices=NAMES, action="append", help="several may be given")
    parser.add_argument("--database-url", help="an empty PostgreSQL database; default is SQLite")
    parser.add_argument("--postgresql", action="store_true", help="sizes, growth: of our own")
    parser.add_argument("--keep", type=Path, help="a folder where a size is filled once")
    parser.add_argument("--second-database-url", help="growth needs two empty databases")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4, help="length of a run of a page")
    parser.add_argument("--minute", type=int, default=60, help="seconds of a run of the board")
    parser.add_argument("--products", type=int, action="append", help="of search; 0: demonstration")
    parser.add_argument("--engine", choices=ENGINES, action="append", help="of search")
    parser.add_argument("--port", type=int, default=PORT, help="and the one after it")
    return parser


def main(words: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(words)
    # Asked to stop, we still stop what we started.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))
    effort = Effort(runs=given.runs, seconds=given.seconds)
    kind = "postgresql" if given.database_url or given.postgresql else "sqlite"
    if given.what == "search":
        return _measure_search(given.products or [0, 20_000], given.engine or ENGINES, given)
    if given.what in OWN:
        return OWN[given.what](effort, given)
    with databases(given.database_url, is_own=given.postgresql) as new_database:
        if given.what == "growth":
            urls = (new_database(), given.second_database_url or new_database())
            return _check_growth(urls, kind, effort)
        if (given.database_url or given.keep) and given.size == "all":
            print("Give --size with --database-url and with --keep: each size needs its own.")
            return 2
        for size in USUAL if given.size == "all" else (given.size,):
            print(f"\nSize {size} on {kind}", flush=True)
            place = Place(new_database(), given.keep)
            _measure_size(size, f"{size}-{kind}", place, (effort, given))
    return 0


def _measure_size(
    size: str, name: str, place: Place, how: tuple[Effort, argparse.Namespace]
) -> None:
    effort, given = how
    with open_shop(SIZES[size], place, effort.runs, given.port) as shop:
        figures = measure(shop, given.scenario or NAMES, effort)
        server = shop.server
        (_, fresh_kib), (rss_kib, pss_kib) = server.fresh_kib, server.memory_kib()
        tasks = [] if given.scenario else [*paper(effort.runs), *imported(shop)]
    memory = {"worker_fresh_pss_kib": fresh_kib, "worker_rss_kib": rss_kib}
    memory |= {"worker_pss_kib": pss_kib}
    waits = [asdict(task) for task in tasks]
    worse = what_got_worse(committed_before(name), figures)
    path = write(name, figures, **memory, ready_s=server.ready_s, tasks=waits, worse=worse)
    print(f"\n{table(figures)}\n")
    for task in tasks:
        print(f"{task.name:<28} {task.seconds:6.2f} s")
    print(f"first answer {server.ready_s:.2f} s after the start")
    print(
        f"memory of a worker: PSS {fresh_kib // 1024} MiB at first, then {pss_kib // 1024} MiB, "
        f"RSS {rss_kib // 1024} MiB"
    )
    print("\n".join(f"WORSE  {one}" for one in worse) or "Nothing got worse.")
    print(f"written: {path}")


def _measure_search(sizes: Sequence[int], engines: Sequence[str], given: argparse.Namespace) -> int:
    for products in sizes:
        found, quality = compare_engines(products, engines, given.database_url)
        judged = {"quality": asdict(quality)} if quality else {}
        lookups = [asdict(one) for one in found]
        name = f"search-{products or 'demonstration'}"
        path = write(name, [], lookups=lookups, **judged)
        print(f"\n{lookup_table(found)}")
        if quality:
            print(
                f"of {quality.queries} labelled queries {quality.success:.3f} find what was "
                f"meant among the first five; MRR {quality.mean_reciprocal_rank:.3f}"
            )
        print(f"written: {path}")
    return 0


def _measure_office(effort: Effort, _given: argparse.Namespace) -> int:
    figures, tasks = measure_office(effort)
    path = write("office-sqlite", figures, tasks=[asdict(task) for task in tasks])
    print(f"\n{table(figures)}\n")
    for task in tasks:
        print(f"{task.name:<28} {task.seconds:6.2f} s")
    print(f"written: {path}")
    return 0


def _measure_county(effort: Effort, given: argparse.Namespace) -> int:
    figures, jobs, held = measure_county(effort, given.database_url, given.port)
    kind = "sqlite" if given.database_url is None else "postgresql"
    done = [asdict(one) for one in jobs]
    path = write(f"county-{kind}", figures, jobs=done, held=asdict(held))
    print(f"\n{table(figures)}\n")
    for job in jobs:
        print(f"{job.name:<20} {job.cpu_s:6.2f} s of CPU")
    print(f"{held.totals_checked:,} kept totals are the sums of {held.entries:,} entries and more")
    print(f"written: {path}")
    return 0


def _measure_clicks(_effort: Effort, given: argparse.Namespace) -> int:
    figures, statements, found = measure_clicks(given.database_url, given.runs, given.port)
    kind = "sqlite" if given.database_url is None else "postgresql"
    path = write(f"clicks-{kind}", figures, statements=statements, counted=asdict(found))
    print(f"\n{table(figures)}\n")
    mine, bare = figures
    print(f"{mine.cpu_ms / bare.cpu_ms:.2f} × a bare redirect")
    print(f"statements: {statements[0]} the first time in a process, then {statements[1]}")
    print(f"{found}\nlost or double: {found.wrong}\nwritten: {path}")
    return 0 if not found.wrong else 1


def _measure_rush(effort: Effort, given: argparse.Namespace) -> int:
    """Both databases, each with a crowd and with clients that place without a pause."""
    crowds, placings = measure_rushes(effort, given.port)
    print(f"\n{rush_table(crowds)}\n\n{placing_table(placings)}")
    path = write(
        "rush",
        [],
        crowds=[asdict(one) for one in crowds],
        placing=[asdict(one) for one in placings],
    )
    print(f"written: {path}")
    return 0


def _measure_bulk(effort: Effort, _given: argparse.Namespace) -> int:
    """A bulk order of ten lines, step by step, and four writers of the same unit."""
    steps, together = measure_bulk(10 * effort.runs, 25 * effort.runs)
    for figures in ([asdict(one) for one in steps], [asdict(one) for one in together]):
        for one in figures:
            print(*(f"{name} {value}" for name, value in one.items()), sep="  ")
    path = write(
        "bulk",
        [],
        steps=[asdict(one) for one in steps],
        together=[asdict(one) for one in together],
    )
    print(f"written: {path}")
    return 0


def _measure_board(_effort: Effort, given: argparse.Namespace) -> int:
    found = measure_board(given.minute, given.port)
    path = write("board-sqlite", [], boards=[asdict(one) for one in found])
    print(f"\n{board_table(found)}\n\nwritten: {path}")
    return 0


def _measure_nodes(_effort: Effort, given: argparse.Namespace) -> int:
    found = measure_nodes(given.port)
    path = write("nodes-postgresql", [], nodes=asdict(found))
    for name, value in asdict(found).items():
        print(f"{name:<24} {value:.1f}" if isinstance(value, float) else f"{name:<24} {value}")
    print(f"written: {path}")
    return 1 if found.lost or found.doubled or found.breaks or not found.chain_holds else 0


def _measure_nation(_effort: Effort, given: argparse.Namespace) -> int:
    kind = "postgresql" if given.postgresql or given.database_url else "sqlite"
    with databases(given.database_url, is_own=given.postgresql) as new_database:
        tasks = measure_nation(new_database())
    for task in tasks:
        print(f"{task.name:<34} {task.wall_s:7.1f} s, {task.cpu_s:7.1f} s of CPU here")
    print(f"written: {write(f'nation-{kind}', [], tasks=[asdict(one) for one in tasks])}")
    return 0


def _check_growth(urls: Sequence[str | None], kind: str, effort: Effort) -> int:
    figures, dearer = compare(urls, effort)
    path = write(f"growth-{kind}", figures, dearer=dearer)
    print(f"\n{table(figures)}\n\nwritten: {path}")
    for page in dearer:
        print(f"TOO DEAR  {page}")
    print("No page costs more." if not dearer else "Some pages cost more with more orders.")
    return 1 if dearer else 0


# What fills and serves a marketplace of its own kind.
OWN: Mapping[str, Callable[[Effort, argparse.Namespace], int]] = {
    "office": _measure_office,
    "county": _measure_county,
    "rush": _measure_rush,
    "board": _measure_board,
    "bulk": _measure_bulk,
    "clicks": _measure_clicks,
    "nation": _measure_nation,
    "nodes": _measure_nodes,
}


if __name__ == "__main__":
    sys.exit(main())
