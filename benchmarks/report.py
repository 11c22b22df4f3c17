"""The figures as a table and as a file."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.client import client_name
from benchmarks.measure import Figures

RESULTS = Path(__file__).parent / "results"
HEAD = ("scenario", "CPU ms", "req/s", "p50 ms", "p99 ms", "SQL", "bytes", "ceiling ms", "ratio")


def table(figures: Sequence[Figures]) -> str:
    """Fixed columns, numbers to the right."""
    rows = [HEAD, *(_row(one) for one in figures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEAD))]
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
