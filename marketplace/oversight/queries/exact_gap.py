"""An order, or a purchase, that equals what was missing to the fen."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Row, and_, func, or_, select
from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.oversight.queries.refs import ORDERS_IN, REF_IN, days_of, placed, ref_of
from marketplace.oversight.rules.flags import Flag, Span
from marketplace.oversight.rules.kinds import Thresholds
from marketplace.quota.queries.taken import COUNTED_SEEN, counted_before, floors_of
from marketplace.quota.rules import Rule
from marketplace.units.queries import select_units


def find_exact_gap(session: Session, thresholds: Thresholds, span: Span) -> Iterator[Flag]:
    """Against so much a head, less what had counted when the order was placed. Heads are those
    of the last day that is looked at."""
    for rule in floors_of(session, span.from_on.year):
        found = _hits(session, thresholds, span, rule)
        for purchase_id, group in groupby(found, key=lambda row: row.purchase_id):
            yield _flag(purchase_id, list(group), rule)


def _hits(
    session: Session, thresholds: Thresholds, span: Span, rule: Rule
) -> list[Row[*tuple[Any, ...]]]:
    unit = select_units(span.last_on, with_ended=True)
    target = unit.c.headcount * rule.amount_fen
    counted = func.coalesce(func.sum(COUNTED_SEEN.c.amount_fen), 0)
    gap = target - counted
    within = thresholds["within_fen"]
    extra = (placed.purchase_id, placed.purchase_goods_fen, placed.placed_at, placed.buyer_id)
    year = span.from_on.year
    return list(
        session.execute(
            select(*REF_IN, *extra, target.label("target_fen"), counted.label("counted_fen"))
            .select_from(ORDERS_IN)
            .join(unit, unit.c.id == placed.unit_id)
            .outerjoin(
                COUNTED_SEEN, counted_before(rule.rule_id, year, placed.unit_id, placed.placed_at)
            )
            .where(
                placed.fund.in_(sorted(rule.funds)),
                placed.purchase_goods_fen >= thresholds["least_fen"] - within,
            )
            .group_by(*REF_IN, *extra, unit.c.headcount)
            .having(
                and_(
                    gap >= max(1, thresholds["least_fen"]),
                    or_(
                        gap.between(placed.goods_fen - within, placed.goods_fen + within),
                        gap.between(
                            placed.purchase_goods_fen - within, placed.purchase_goods_fen + within
                        ),
                    ),
                )
            )
            .order_by(placed.purchase_id, placed.id),
            days_of(span),
        )
    )


def _flag(purchase_id: int, rows: list[Row[*tuple[Any, ...]]], rule: Rule) -> Flag:
    first = rows[0]
    producers = {row.producer_id for row in rows}
    gap_fen = first.target_fen - first.counted_fen
    fits = [row.goods_fen for row in rows if row.goods_fen == gap_fen]
    return Flag(
        key=f"purchase:{purchase_id}",
        subject=("purchase", purchase_id),
        happened_on=day_of(first.placed_at),
        unit_id=first.unit_id,
        producer_id=producers.pop() if len(producers) == 1 else None,
        figures={
            "rule": rule.name,
            "target_fen": first.target_fen,
            "counted_fen": first.counted_fen,
            "gap_fen": gap_fen,
            "bought_fen": fits[0] if fits else first.purchase_goods_fen,
        },
        orders=[ref_of(row) for row in rows],
        people=[first.buyer_id],
    )
