"""Lines of units' orders with what they are compared with, as flags about a price."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.core.money import PPM
from marketplace.ordering.queries.seen import LINES_SEEN
from marketplace.oversight.queries.refs import ORDERS_IN, REF_IN, days_of, placed, ref_of
from marketplace.oversight.rules.flags import Flag, Span

lines = LINES_SEEN.c
# Whole fen for 500 g; a pack without a weight has none.
PER_500G = lines.unit_price_fen * 500 // lines.pack_grams
LINE = (lines.product_id, lines.variant_id, lines.unit_price_fen, lines.line_fen, placed.placed_at)


def lines_of_units(least_fen: int, *more: Any) -> Select[*tuple[Any, ...]]:
    """What units ordered in this time, from public money; small lines are left alone."""
    return (
        select(*REF_IN, *LINE, *more)
        .select_from(ORDERS_IN)
        .join(LINES_SEEN, lines.order_id == placed.id)
        .where(placed.unit_id.is_not(None), lines.line_fen >= least_fen)
    )


def flags_of_prices(
    session: Session, chosen: Select[*tuple[Any, ...]], span: Span
) -> Iterator[Flag]:
    """One flag for a unit and a pack in a month. The rows end with the price and the other one
    that it is compared with, in the same measure."""
    wanted = chosen.order_by(placed.unit_id, lines.variant_id, placed.placed_at, placed.id)
    rows = session.execute(wanted, days_of(span)).all()
    for (_unit, variant_id), group in groupby(rows, key=lambda row: (row.unit_id, row.variant_id)):
        yield _flag(variant_id, list(group), span.month)


def _flag(variant_id: int, rows: Sequence[Row[*tuple[Any, ...]]], month: str) -> Flag:
    dearest = max(rows, key=lambda row: row.price)
    return Flag(
        key=f"unit:{dearest.unit_id}/variant:{variant_id}/{month}",
        subject=("variant", variant_id),
        happened_on=day_of(rows[0].placed_at),
        unit_id=dearest.unit_id,
        producer_id=dearest.producer_id,
        figures={
            "paid_fen": dearest.price,
            "compared_fen": dearest.compared,
            "factor_ppm": dearest.price * PPM // dearest.compared,
            "sum_fen": sum(row.line_fen for row in rows),
        },
        orders=[ref_of(row) for row in rows],
        things={"product": [dearest.product_id]},
    )
