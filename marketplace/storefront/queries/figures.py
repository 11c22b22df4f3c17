"""Sums of sales as pages lay them out."""

from collections.abc import Callable, Iterable

from marketplace.attribution.queries import PartTotal, YearPart
from marketplace.storefront.rules import Months, Ranked, lay_out_months, rank, rank_with_rest

Naming = Callable[[str], tuple[str, str]]


def months_of(parts: Iterable[YearPart], year: int) -> Months:
    """A year by months with the year before; refunds may make a month negative."""
    sums = {part.part_key: (part.amount_fen, part.orders) for part in parts if part.part == "month"}
    return lay_out_months(sums, year)


def ranked(parts: Iterable[YearPart], kind: str, year: int, naming: Naming) -> tuple[Ranked, ...]:
    """One kind of parts of one year, the biggest first; `naming` gives name and note of a key."""
    return rank(
        (part.part_key, *naming(part.part_key), part.amount_fen, part.orders)
        for part in parts
        if part.part == kind and part.year == year
    )


def rank_top(parts: Iterable[PartTotal], whole_fen: int, naming: Naming) -> tuple[Ranked, ...]:
    """The biggest parts of a whole, and a nameless row for the others where there are any."""
    named = (
        (part.part_key, *naming(part.part_key), part.amount_fen, part.orders) for part in parts
    )
    return rank_with_rest(named, whole_fen)
