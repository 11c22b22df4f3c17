"""Moving what counts of orders from one unit to another, or to nobody."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.quota.commands.count import (
    entries_of_lines,
    entries_taken_back,
    order_line_of,
    write_entries,
)
from marketplace.quota.commands.freight import freight_moved, freight_withdrawn
from marketplace.quota.queries import (
    correcting_year,
    counted_of_lines,
    get_rule,
    rule_of_year,
    rules_moved_to,
)
from marketplace.quota.rules import CountedLine, CountedOrder, EntryKind

# The source of what is entered, an order, and what is left of its lines (positive).
Left = tuple[str, int, Mapping[int, int]]


def withdraw(session: Session, orders: Sequence[Left], now: datetime) -> None:
    """Takes what is left of orders, goods and freight, out of the unit's year: they count for
    nobody from now on, and a later refund finds nothing here to take back."""
    entries: list[dict[str, object]] = []
    for source, order_id, amounts in orders:
        kind = EntryKind.REATTRIBUTION
        entries += entries_taken_back(session, source, amounts, now, kind=kind)
        entries += freight_withdrawn(session, source, order_id, now)
    write_entries(session, entries)


def reattribute(
    session: Session,
    source: str,
    order: CountedOrder,
    lines: Sequence[CountedLine],
    now: datetime,
) -> None:
    """Moves what counts of an order to the unit that the order names now, goods and freight, all
    at once: what others wait for is taken once, in its order."""
    goods = _entries_moved(session, source, order, lines, now)
    write_entries(session, [*goods, *freight_moved(session, source, order, lines, now)])


def _entries_moved(
    session: Session,
    source: str,
    order: CountedOrder,
    lines: Sequence[CountedLine],
    now: datetime,
) -> list[dict[str, object]]:
    """A reversal for the unit that had it, an entry for the other one under the rules that it
    stands under itself.

    Both stand in the year in which the original does, while that is open; afterwards in the
    running one. What only the other unit's rules count stands in the year of the order.
    """
    today = day_of(now)
    by_line = {line.order_line_id: line.amount_fen for line in lines}
    moved = {"kind": EntryKind.REATTRIBUTION, "counted_on": today, "posted_at": now}
    entries: list[dict[str, object]] = []
    years: dict[tuple[int, str], int] = {}
    for original in counted_of_lines(session, list(by_line)):
        year = correcting_year(session, original.year, today)
        years[order_line_of(original), get_rule(session, original.rule_id).code] = year
        entries.append(
            {
                "source": f"{source}/{original.order_line_id}/rule:{original.rule_id}/from",
                "rule_id": rule_of_year(session, original.rule_id, year),
                "unit_id": original.unit_id,
                "year": year,
                "amount_fen": -by_line[order_line_of(original)],
                "fund": original.fund,
                "order_id": original.order_id,
                "order_line_id": original.order_line_id,
                "ordered_on": original.ordered_on,
                "reverses_id": original.id,
                **moved,
            }
        )
    for entry in _entries_there(session, order, lines, years, now=now):
        to = f"{source}/{entry['order_line_id']}/rule:{entry['rule_id']}/to"
        entries.append({**entry, **moved, "source": to})
    return entries


def _entries_there(
    session: Session,
    order: CountedOrder,
    lines: Sequence[CountedLine],
    years: Mapping[tuple[int, str], int],
    *,
    now: datetime,
) -> list[dict[str, object]]:
    """What counts of an order for its new unit, each in its year by line and code of the rule."""
    usual = correcting_year(session, order.counted_on.year, day_of(now))
    found = []
    for year in sorted({usual, *years.values()}):
        then = replace(order, counted_on=date(year, 1, 1))
        there = (order.counted_on.year, year)
        for rule in rules_moved_to(session, there, order.division_code):
            here = [
                line for line in lines if years.get((line.order_line_id, rule.code), usual) == year
            ]
            found += entries_of_lines([rule], (), then, here, now)
    return found
