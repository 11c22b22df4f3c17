"""What workshops sold in a year, by month: accepted and not given back."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from marketplace.core.clock import start_of
from marketplace.ordering.models import Order, OrderLine

# Packs and grams.
Sold = tuple[int, int]


def sold_by_workshops(
    session: Session,
    year: int,
    workshop_ids: Collection[int] | None = None,
    before: datetime | None = None,
) -> dict[int, list[Sold]]:
    """(packs, grams) of the twelve months of a year, of the named workshops or of all that sold
    something; on demand only what was accepted before an instant. One query; a month is that of
    the acceptance, in China."""
    starts = [start_of(date(year, month, 1)) for month in range(1, 13)]
    ends = [*starts[1:], start_of(date(year + 1, 1, 1))]
    month = case(
        *((Order.accepted_at < end, place) for place, end in enumerate(ends)), else_=12
    ).label("month")
    kept = OrderLine.accepted_quantity - OrderLine.refunded_quantity
    wanted = (
        select(
            OrderLine.workshop_id,
            month,
            func.sum(kept),
            func.sum(kept * OrderLine.pack_grams),
        )
        .join(Order, Order.id == OrderLine.order_id)
        .where(
            OrderLine.workshop_id.is_not(None),
            Order.accepted_at >= starts[0],
            Order.accepted_at < min(before or ends[-1], ends[-1]),
        )
        .group_by(OrderLine.workshop_id, month)
    )
    if workshop_ids is not None:
        wanted = wanted.where(OrderLine.workshop_id.in_(workshop_ids))
    sold: dict[int, list[Sold]] = defaultdict(lambda: [(0, 0)] * 12)
    for workshop_id, place, packs, grams in session.execute(wanted):
        if workshop_id is not None:
            sold[workshop_id][place] = (int(packs), int(grams))
    return sold
