"""Several orders of one unit and producer just under an approval limit within days."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby

from sqlalchemy import CTE, and_, func, literal, or_, select, true, union_all
from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.core.money import PPM
from marketplace.ordering.queries.seen import LIMITS_SEEN, ORDERS_SEEN
from marketplace.oversight.queries.refs import REF, orders, ref_of
from marketplace.oversight.queries.seconds import DAY_S, seconds_between
from marketplace.oversight.rules.flags import Flag, Span
from marketplace.oversight.rules.kinds import Thresholds


def find_just_under(session: Session, thresholds: Thresholds, span: Span) -> Iterator[Flag]:
    """Each order that makes it several, with those before it: what comes later is a new deed."""
    under = _just_under(thresholds, span)
    earlier = func.lag(under.c.placed_at, thresholds["orders"] - 1).over(
        partition_by=(under.c.unit_id, under.c.producer_id, under.c.limit_fen),
        order_by=(under.c.placed_at, under.c.id),
    )
    ranked = select(under, earlier.label("earlier_at")).cte("ranked")
    within = thresholds["days"] * DAY_S
    last, one = ranked.alias("last"), under.alias("one")
    rows = session.execute(
        select(one, last.c.id.label("last_id"), last.c.placed_at.label("last_at"))
        .join(
            last,
            and_(
                last.c.unit_id == one.c.unit_id,
                last.c.producer_id == one.c.producer_id,
                last.c.limit_fen == one.c.limit_fen,
                or_(
                    last.c.placed_at > one.c.placed_at,
                    and_(last.c.placed_at == one.c.placed_at, last.c.id >= one.c.id),
                ),
                seconds_between(last.c.placed_at, one.c.placed_at) <= within,
            ),
        )
        .where(
            last.c.placed_at >= span.since,
            last.c.earlier_at.is_not(None),
            seconds_between(last.c.placed_at, last.c.earlier_at) <= within,
        )
        .order_by(last.c.placed_at, last.c.id, last.c.limit_fen, one.c.placed_at, one.c.id)
    ).all()
    for (_at, _id, limit_fen), group in groupby(
        rows, key=lambda row: (row.last_at, row.last_id, row.limit_fen)
    ):
        found = list(group)
        yield Flag(
            key=f"order:{found[-1].last_id}",
            subject=("order", found[-1].last_id),
            happened_on=day_of(found[-1].last_at),
            unit_id=found[-1].unit_id,
            producer_id=found[-1].producer_id,
            figures={
                "limit_fen": limit_fen,
                "orders": len(found),
                "sum_fen": sum(row.total_fen for row in found),
                "first_on": day_of(found[0].placed_at).isoformat(),
                "last_on": day_of(found[-1].last_at).isoformat(),
            },
            orders=[ref_of(row) for row in found],
        )


def _just_under(thresholds: Thresholds, span: Span) -> CTE:
    """Orders of this time, and of the days before it, that lie just under a limit: one for all,
    or one of the unit's own steps. Their purchase lies under it as well."""
    columns = (*REF, orders.total_fen, orders.placed_at)
    lookback = span.since - timedelta(days=thresholds["days"])
    of_units = and_(
        orders.unit_id.is_not(None),
        orders.placed_at >= lookback,
        orders.placed_at < span.until,
    )
    step = LIMITS_SEEN.c
    own = select(*columns, step.from_fen.label("limit_fen")).join(
        LIMITS_SEEN,
        and_(step.unit_id == orders.unit_id, or_(step.fund.is_(None), step.fund == orders.fund)),
    )
    limit = select(literal(thresholds["limit_fen"]).label("limit_fen")).subquery("one_limit")
    everyones = select(*columns, limit.c.limit_fen).select_from(ORDERS_SEEN).join(limit, true())
    parts = []
    for part, limit_fen in ((own, step.from_fen), (everyones, limit.c.limit_fen)):
        near = orders.total_fen * PPM >= limit_fen * (PPM - thresholds["margin_ppm"])
        parts.append(part.where(of_units, near, orders.purchase_fen < limit_fen))
    return union_all(*parts).cte("just_under")
