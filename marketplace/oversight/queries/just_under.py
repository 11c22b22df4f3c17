"""Several orders of one unit and producer just under an approval limit within days."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import CTE, BigInteger, Row, and_, func, literal, or_, select, true, union_all
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
    rows = _hits(session, thresholds, span)
    for (_at, last_id, limit_fen), group in groupby(
        rows, key=lambda row: (row.last_at, row.last_id, row.limit_fen)
    ):
        yield _flag(last_id, limit_fen, list(group))


def _hits(session: Session, thresholds: Thresholds, span: Span) -> list[Row[*tuple[Any, ...]]]:
    """Every order that makes it several, once with each of those that it is one of."""
    under = _just_under(thresholds, span)
    earlier = func.lag(under.c.placed_at, thresholds["orders"] - 1).over(
        partition_by=(under.c.unit_id, under.c.producer_id, under.c.limit_fen),
        order_by=(under.c.placed_at, under.c.id),
    )
    ranked = select(under, earlier.label("earlier_at")).cte("ranked")
    within = thresholds["days"] * DAY_S
    last, one = ranked.alias("last"), under.alias("one")
    not_later = or_(
        last.c.placed_at > one.c.placed_at,
        and_(last.c.placed_at == one.c.placed_at, last.c.id >= one.c.id),
    )
    together = and_(
        last.c.unit_id == one.c.unit_id,
        last.c.producer_id == one.c.producer_id,
        last.c.limit_fen == one.c.limit_fen,
        not_later,
        seconds_between(last.c.placed_at, one.c.placed_at) <= within,
    )
    rows = session.execute(
        select(one, last.c.id.label("last_id"), last.c.placed_at.label("last_at"))
        .join(last, together)
        .where(
            last.c.placed_at >= span.since,
            last.c.earlier_at.is_not(None),
            seconds_between(last.c.placed_at, last.c.earlier_at) <= within,
        )
        .order_by(last.c.placed_at, last.c.id, last.c.limit_fen, one.c.placed_at, one.c.id)
    )
    return list(rows)


def _flag(last_id: int, limit_fen: int, rows: list[Row[*tuple[Any, ...]]]) -> Flag:
    first, last = rows[0], rows[-1]
    return Flag(
        key=f"order:{last_id}",
        subject=("order", last_id),
        happened_on=day_of(last.last_at),
        unit_id=last.unit_id,
        producer_id=last.producer_id,
        figures={
            "limit_fen": limit_fen,
            "orders": len(rows),
            "sum_fen": sum(row.total_fen for row in rows),
            "first_on": day_of(first.placed_at).isoformat(),
            "last_on": day_of(last.last_at).isoformat(),
        },
        orders=[ref_of(row) for row in rows],
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
    # Typed: a small number times a million would leave the range of PostgreSQL's own INTEGER.
    whole = literal(thresholds["limit_fen"], BigInteger)
    limit = select(whole.label("limit_fen")).subquery("one_limit")
    everyones = select(*columns, limit.c.limit_fen).select_from(ORDERS_SEEN).join(limit, true())
    parts = []
    for part, limit_fen in ((own, step.from_fen), (everyones, limit.c.limit_fen)):
        near = orders.total_fen * PPM >= limit_fen * (PPM - thresholds["margin_ppm"])
        parts.append(part.where(of_units, near, orders.purchase_fen < limit_fen))
    return union_all(*parts).cte("just_under")
