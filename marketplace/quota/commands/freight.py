"""Freight that counts: with the goods it carried, where a rule says so.

What carriage costs is settled only when the order is complete, so it counts then, whatever the
point at which the rule recognises goods.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.quota.commands.count import entries_of_lines
from marketplace.quota.models import QuotaEntry
from marketplace.quota.queries import (
    RulesOfUnit,
    correcting_year,
    freight_of_order,
    rule_of_year,
    rules_moved_to,
)
from marketplace.quota.rules import CountedLine, CountedOrder, EntryKind, Rule, counts


def entries_of_completed(
    standing: RulesOfUnit,
    order: CountedOrder,
    lines: Sequence[CountedLine],
    freight_fen: int,
    now: datetime,
) -> list[dict[str, object]]:
    """What is to be written of an order that has passed every point: what a rule counted at an
    earlier one stays. Freight counts under each rule that says so and counts some line of it."""
    goods = entries_of_lines(standing.rules, standing.counted, order, lines, now)
    freight = (f"order:{order.order_id}/freight", order)
    return [*goods, *_entries(standing.rules, freight, lines, freight_fen, now)]


def _entries(
    rules: Sequence[Rule],
    subject: tuple[str, CountedOrder],
    lines: Sequence[CountedLine],
    freight_fen: int,
    now: datetime,
) -> list[dict[str, object]]:
    source, order = subject
    if not freight_fen:
        return []
    return [
        {
            "source": f"{source}/rule:{rule.rule_id}/counted",
            "rule_id": rule.rule_id,
            "unit_id": order.unit_id,
            "year": order.counted_on.year,
            "kind": EntryKind.SALE,
            "amount_fen": freight_fen,
            "fund": order.fund,
            "order_id": order.order_id,
            "order_line_id": None,
            "ordered_on": order.ordered_on,
            "counted_on": order.counted_on,
            "reverses_id": None,
            "posted_at": now,
        }
        for rule in rules
        if rule.freight_counts and any(counts(rule, order.fund, line) for line in lines)
    ]


def freight_moved(
    session: Session,
    source: str,
    order: CountedOrder,
    lines: Sequence[CountedLine],
    now: datetime,
) -> list[dict[str, object]]:
    """What is to be entered where freight counts for the unit that the order names now, as its
    goods do."""
    standing, today = freight_of_order(session, order.order_id), day_of(now)
    if not standing:
        return []
    gone = [_reversal(session, (source, one), now) for one in standing]
    year = correcting_year(session, standing[0].year, today)
    there = (f"{source}/freight", replace(order, counted_on=date(year, 1, 1)))
    rules = rules_moved_to(session, (order.counted_on.year, year), order.division_code)
    fresh = _entries(rules, there, lines, standing[0].amount_fen, now)
    moved = {"kind": EntryKind.REATTRIBUTION, "counted_on": today}
    return [{**entry, **moved} for entry in (*gone, *fresh)]


def freight_withdrawn(
    session: Session, source: str, order_id: int, now: datetime
) -> list[dict[str, object]]:
    """What is to be entered where the freight of an order counts for nobody from now on."""
    standing = freight_of_order(session, order_id)
    return [_reversal(session, (source, one), now) for one in standing]


def _reversal(
    session: Session, subject: tuple[str, QuotaEntry], now: datetime
) -> dict[str, object]:
    source, original = subject
    today = day_of(now)
    year = correcting_year(session, original.year, today)
    return {
        "source": f"{source}/freight/rule:{original.rule_id}/from",
        "rule_id": rule_of_year(session, original.rule_id, year),
        "unit_id": original.unit_id,
        "year": year,
        "kind": EntryKind.REATTRIBUTION,
        "amount_fen": -original.amount_fen,
        "fund": original.fund,
        "order_id": original.order_id,
        "order_line_id": None,
        "ordered_on": original.ordered_on,
        "counted_on": today,
        "reverses_id": original.id,
        "posted_at": now,
    }
