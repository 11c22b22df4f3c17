"""The figures as a table and as a file."""

import json
import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.board import BoardFigures
from benchmarks.client import client_name
from benchmarks.lookups import Lookups
from benchmarks.measure import Figures
from benchmarks.rush import PlacingFigures, RushFigures

RESULTS = Path(__file__).parent / "results"
LOOKUP_HEAD = (
    "400 queries",
    "p50 ms",
    "p95 ms",
    "p99 ms",
    "last rung ms",
    "build s",
    "MB",
    "RSS MiB",
    "seen s",
    "worst s",
)
RUSH_HEAD = (
    "rush", "placed", "refused", "p50 ms", "p95 ms", "max ms", "refused p95", "CPU ms a buyer",
)  # fmt: skip
PLACING_HEAD = ("8 clients", "orders/s", "CPU ms an order", "p50 ms", "p95 ms", "requests", "SQL")
BOARD_HEAD = (
    "one order a second",
    "asks every s",
    "CPU ms/s",
    "of viewers",
    "p50 ms",
    "p99 ms",
    "behind s",
    "at most s",
)
HEAD = ("scenario", "CPU ms", "req/s", "p50 ms", "p99 ms", "SQL", "bytes", "ceiling ms", "ratio")


def table(figures: Sequence[Figures]) -> str:
    return _columns([HEAD, *(_row(one) for one in figures)])


def lookup_table(found: Sequence[Lookups]) -> str:
    """Each engine with its laps."""
    return _columns([LOOKUP_HEAD, *(row for one in found for row in _lookup_rows(one))])


def _lookup_rows(one: Lookups) -> Iterator[tuple[str, ...]]:
    for lap in one.laps:
        waits = (lap.p50_ms, lap.p95_ms, lap.p99_ms, lap.last_rung_ms)
        yield (
            f"{one.engine}, {one.products:,} products, {lap.name}",
            *(f"{wait:.2f}" for wait in waits),
            f"{one.built_s:.1f}",
            f"{one.megabytes:.1f}",
            f"{one.rss_before_mib} → {one.rss_after_mib}",
            f"{one.seen_s:.2f}",
            f"{one.seen_worst_s:.2f}",
        )


def rush_table(crowds: Sequence[RushFigures]) -> str:
    """What crowds saw."""
    rows = [
        (
            f"{one.database}, {one.buyers} {one.arrival}",
            str(one.placed),
            str(one.refused),
            *(f"{wait:,.0f}" for wait in (one.p50_ms, one.p95_ms, one.max_ms, one.refused_p95_ms)),
            f"{one.server_cpu_ms:.1f} + {one.database_cpu_ms:.1f}",
        )
        for one in crowds
    ]
    return _columns([RUSH_HEAD, *rows])


def board_table(boards: Sequence[BoardFigures]) -> str:
    """A minute with one order a second, and who watched it."""
    rows = [
        (
            f"{one.server}, {one.viewers:,} viewers",
            f"{one.every_s:.1f}" if one.viewers else "—",
            f"{one.cpu_ms_per_s:.0f}",
            f"{one.viewers_cpu_ms_per_s:.0f}" if one.viewers else "—",
            f"{one.p50_ms:.1f}",
            f"{one.p99_ms:.1f}",
            f"{one.behind_p50_s:.2f}",
            f"{one.behind_max_s:.2f}",
        )
        for one in boards
    ]
    return _columns([BOARD_HEAD, *rows])


def placing_table(placings: Sequence[PlacingFigures]) -> str:
    """Orders without a pause."""
    rows = [
        (
            f"{one.database}, {one.way}",
            f"{one.orders_per_s:.1f}",
            f"{one.server_cpu_ms:.1f} + {one.database_cpu_ms:.1f}",
            f"{one.p50_ms:,.0f}",
            f"{one.p95_ms:,.0f}",
            str(one.requests_per_order),
            str(one.statements),
        )
        for one in placings
    ]
    return _columns([PLACING_HEAD, *rows])


def _columns(rows: Sequence[tuple[str, ...]]) -> str:
    """Fixed columns, numbers to the right."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = []
    for row in rows:
        first = row[0].ljust(widths[0])
        rest = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
        lines.append("  ".join((first, *rest)))
    return "\n".join(lines)


def _row(one: Figures) -> tuple[str, ...]:
    return (
        one.name,
        f"{one.cpu_ms:.2f}",
        f"{one.requests_per_s:,.0f}",
        f"{one.p50_ms:.1f}",
        f"{one.p99_ms:.1f}",
        "—" if one.statements is None else str(one.statements),
        f"{one.page_bytes:,}" if one.page_bytes else "—",
        f"{one.ceiling_cpu_ms:.2f}" if one.ceiling_cpu_ms else "—",
        "—" if one.ratio is None else f"{one.ratio:.1f}×",
    )


def machine() -> dict[str, Any]:
    """Where it was measured."""
    return {
        "processors": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "client": client_name(),
        "load_before": os.getloadavg()[0],
    }


def write(name: str, figures: Sequence[Figures], **facts: Any) -> Path:
    """Keeps the figures under the day they were measured on."""
    RESULTS.mkdir(exist_ok=True)
    moment = datetime.now(UTC)
    path = RESULTS / f"{moment:%Y-%m-%d}-{name}.json"
    measured = [{**asdict(one), "ratio": one.ratio} for one in figures]
    content = {
        "measured_at": moment.isoformat(timespec="seconds"),
        "machine": machine(),
        **facts,
        "figures": measured,
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n")
    return path
