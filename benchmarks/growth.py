"""The check that no page grows dearer with the number of orders."""

from collections.abc import Sequence
from dataclasses import replace

from benchmarks.instance import Scale
from benchmarks.measure import Figures
from benchmarks.shop import PAGES, PORT, Effort, Place, Shop, measure, open_shop
from marketplace.demonstration.load import Size

ALLOWED = 1.20
# The same goods and units twice; only the number of purchases differs. The county brings about
# 150 of its own to both.
FEW = Scale("1,000 orders", deals=100, load=Size(products=2_000, units=200, orders=850))
MANY = Scale("100,000 orders", deals=100, load=Size(products=2_000, units=200, orders=99_850))


def compare(database_urls: Sequence[str | None], effort: Effort) -> tuple[list[Figures], list[str]]:
    """Figures of both sizes, and the pages that cost more than allowed."""
    few_url, many_url = database_urls
    with (
        open_shop(FEW, Place(few_url), effort.runs) as few,
        open_shop(MANY, Place(many_url), effort.runs, port=PORT + 2) as many,
    ):
        pairs = [_measure_both(few, many, name, effort) for name in PAGES]
    dearer = [
        f"{after.name}: {before.cpu_ms:.2f} → {after.cpu_ms:.2f} ms of CPU, "
        f"{before.statements} → {after.statements} statements"
        for before, after in pairs
        if after.cpu_ms > before.cpu_ms * ALLOWED
    ]
    named = [*(_named(one, FEW) for one, _ in pairs), *(_named(one, MANY) for _, one in pairs)]
    return named, dearer


def _measure_both(few: Shop, many: Shop, name: str, effort: Effort) -> tuple[Figures, Figures]:
    """A page of both by turns, so that a busy moment of the machine falls upon both."""
    once = replace(effort, runs=1)
    rounds = [[measure(shop, [name], once)[0] for shop in (few, many)] for _ in range(effort.runs)]
    return _middle([before for before, _ in rounds]), _middle([after for _, after in rounds])


def _middle(figures: Sequence[Figures]) -> Figures:
    chosen = sorted(figures, key=lambda one: one.cpu_ms)[len(figures) // 2]
    return replace(chosen, runs=len(figures))


def _named(figures: Figures, scale: Scale) -> Figures:
    return replace(figures, name=f"{figures.name} at {scale.name}")
