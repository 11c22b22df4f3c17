"""Proving what is kept of goods: stock by its movements, prices by their history."""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from marketplace.catalogue.queries import prices_that_disagree, stock_that_disagrees
from marketplace.ordering.queries.facts import OrderSums
from marketplace.reports.queries.comparison import Break, Comparison


def stock_follows_movements(session: Session, _orders: Sequence[OrderSums]) -> Iterator[Comparison]:
    breaks = (
        Break("stock", f"batch:{code}", None, None, f"{expected} ≠ {found}")
        for code, expected, found in stock_that_disagrees(session)
    )
    yield Comparison("stock", tuple(breaks))


def prices_follow_entries(session: Session, _orders: Sequence[OrderSums]) -> Iterator[Comparison]:
    """What a pack costs is what was last written into its history."""
    breaks = (
        Break("price", f"variant:{variant_id}", written_fen, price_fen)
        for variant_id, written_fen, price_fen in prices_that_disagree(session)
    )
    yield Comparison("price", tuple(breaks))
