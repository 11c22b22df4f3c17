"""The check that no page grows dearer with the number of orders."""

from collections.abc import Sequence
from dataclasses import replace

from benchmarks.instance import Scale
from benchmarks.measure import Figures
from benchmarks.shop import PAGES, Effort, measure, open_shop
from marketplace.demonstration.load import Size

ALLOWED = 1.20
# The same goods and units twice; only the number of purchases differs. The county brings about
# 150 of its own to both.
FEW = Scale("1,000 orders", deals=100, load=Size(products=2_000, units=200, orders=850))
MANY = Scale("100,000 orders", deals=100, load=Size(products=2_000, units=200, orders=99_850))


def compare(database_urls: Sequence[str | None], effort: Effort) -> tuple[list[Figures], list[str]]:
    """Figures of both sizes, and the pages that cost more than allowed."""
    sizes = []
    for scale, url in zip((FEW, MANY), database_urls, strict=True):
        with open_shop(scale, url, effort.runs) as shop:
            sizes.append(measure(shop, PAGES, effort))
    few, many = sizes
    dearer = [
        f"{after.name}: {before.cpu_ms:.2f} → {after.cpu_ms:.2f} ms of CPU, "
        f"{before.statements} → {after.statements} statements"
        for before, after in zip(few, many, strict=True)
        if after.cpu_ms > before.cpu_ms * ALLOWED
    ]
    named = [*(_named(one, FEW) for one in few), *(_named(one, MANY) for one in many)]
    return named, dearer


def _named(figures: Figures, scale: Scale) -> Figures:
    return replace(figures, name=f"{figures.name} at {scale.name}")
