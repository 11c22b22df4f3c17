"""Share of a unit's year that was bought in its last days."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from marketplace.core.clock import start_of
from marketplace.core.money import PPM
from marketplace.core.paging import in_parts
from marketplace.oversight.queries.refs import AT_ONCE, REF, orders, ref_of
from marketplace.oversight.rules.flags import MOST_ORDERS, Flag, OrderRef, Span
from marketplace.oversight.rules.kinds import Thresholds


def find_year_end(session: Session, thresholds: Thresholds, span: Span) -> Iterator[Flag]:
    """Told once a year is over, from what was placed in it and not called off."""
    year = span.from_on.year
    last = date(year, 12, 31)
    if span.last_on != last:
        return
    late_from = start_of(last - timedelta(days=thresholds["days"] - 1))
    late = func.sum(case((orders.placed_at >= late_from, orders.goods_fen), else_=0))
    whole = func.sum(orders.goods_fen)
    rows = session.execute(
        select(orders.unit_id, late, whole)
        .where(
            orders.unit_id.is_not(None),
            orders.placed_at >= start_of(date(year, 1, 1)),
            orders.placed_at < span.until,
        )
        .group_by(orders.unit_id)
        .having(
            (late * PPM >= whole * thresholds["share_ppm"]) & (whole >= thresholds["least_fen"])
        )
        .order_by(orders.unit_id)
    ).all()
    largest = _largest(session, [row.unit_id for row in rows], (late_from, span.until))
    for unit_id, late_fen, year_fen in rows:
        yield Flag(
            key=f"unit:{unit_id}/{year}",
            subject=("unit", unit_id),
            happened_on=last,
            unit_id=unit_id,
            figures={
                "year": year,
                "late_fen": late_fen,
                "year_fen": year_fen,
                "part_ppm": late_fen * PPM // year_fen,
            },
            orders=largest[unit_id],
        )


def _largest(
    session: Session, unit_ids: Sequence[int], days: tuple[datetime, datetime]
) -> dict[int, list[OrderRef]]:
    """The largest late orders of each unit."""
    place = func.row_number().over(
        partition_by=orders.unit_id, order_by=(orders.goods_fen.desc(), orders.id)
    )
    found: dict[int, list[OrderRef]] = defaultdict(list)
    for few in in_parts(unit_ids, AT_ONCE):
        ranked = (
            select(*REF, place.label("place"))
            .where(
                orders.unit_id.in_(few),
                orders.placed_at >= days[0],
                orders.placed_at < days[1],
            )
            .subquery()
        )
        chosen = select(ranked).where(ranked.c.place <= MOST_ORDERS)
        for row in session.execute(chosen.order_by(ranked.c.unit_id, ranked.c.place)):
            found[row.unit_id].append(ref_of(row))
    return found
