"""Counting completed orders for units, and taking back what was refunded."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import cast

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.core.db import AS_ONE, add_up
from marketplace.quota.models import ClosedYear, QuotaEntry, QuotaTotal
from marketplace.quota.queries import (
    correcting_year,
    counted_already,
    counted_of_lines,
    counted_of_offline,
    is_closed,
    line_of,
    rule_of_year,
    rules_in_force,
)
from marketplace.quota.rules import (
    CountedLine,
    CountedOffline,
    CountedOrder,
    EntryKind,
    Rule,
    counts,
)


def close_year(session: Session, year: int, now: datetime) -> None:
    """Closes a year: refunds of its sales are entered as adjustments of the running year."""
    if not is_closed(session, year):
        session.add(ClosedYear(year=year, closed_at=now))
        session.flush()


def entries_counted(
    session: Session,
    order: CountedOrder,
    lines: Sequence[CountedLine],
    points: Collection[str],
    now: datetime,
) -> list[dict[str, object]]:
    """An entry to be written for each line under each rule that recognises at one of these points.
    A line that a rule counts already is not counted again, whichever version of the rule it was."""
    year = order.counted_on.year
    reached = [
        rule
        for rule in rules_in_force(session, year, order.division_code)
        if rule.recognition_point in points
    ]
    if not reached:
        return []
    known = counted_already(session, [line.order_line_id for line in lines])
    return entries_of_lines(reached, known, order, lines, now)


def entries_of_lines(
    rules: Sequence[Rule],
    known: Collection[tuple[int, str]],
    order: CountedOrder,
    lines: Sequence[CountedLine],
    now: datetime,
) -> list[dict[str, object]]:
    """An entry for each line under each rule that counts it and no version of which did (known:
    line and code of the rule)."""
    return [
        {
            "source": f"order-line:{line.order_line_id}/rule:{rule.rule_id}/counted",
            "rule_id": rule.rule_id,
            "unit_id": order.unit_id,
            "year": order.counted_on.year,
            "kind": EntryKind.SALE,
            "amount_fen": line.amount_fen,
            "fund": order.fund,
            "order_id": order.order_id,
            "order_line_id": line.order_line_id,
            "ordered_on": order.ordered_on,
            "counted_on": order.counted_on,
            "reverses_id": None,
            "posted_at": now,
        }
        for rule in rules
        for line in lines
        if counts(rule, order.fund, line) and (line.order_line_id, rule.code) not in known
    ]


def order_line_of(entry: QuotaEntry) -> int:
    """The order line of an entry that was found by it."""
    assert entry.order_line_id is not None, entry.id
    return entry.order_line_id


def take_back(session: Session, source: str, amounts: Mapping[int, int], now: datetime) -> None:
    """Reverses refunded amounts (positive, by order line) under every rule that counted them.

    While the year is open the reversal stands in it; afterwards it is an adjustment of the
    running year, linked to the original and so shown in both.
    """
    write_entries(session, entries_taken_back(session, source, amounts, now))


def entries_taken_back(
    session: Session,
    source: str,
    amounts: Mapping[int, int],
    now: datetime,
    *,
    kind: EntryKind | None = None,
) -> list[dict[str, object]]:
    """What is to be written of it, from what is counted now."""
    if not amounts:
        return []
    today = day_of(now)
    entries: list[dict[str, object]] = []
    for original in counted_of_lines(session, list(amounts)):
        year = correcting_year(session, original.year, today)
        adjusts = is_closed(session, original.year)
        entries.append(
            {
                "source": f"{source}/{original.order_line_id}/rule:{original.rule_id}",
                "rule_id": rule_of_year(session, original.rule_id, year),
                "unit_id": original.unit_id,
                "year": year,
                "kind": kind or (EntryKind.ADJUSTMENT if adjusts else EntryKind.REFUND),
                "amount_fen": -amounts[order_line_of(original)],
                "fund": original.fund,
                "order_id": original.order_id,
                "order_line_id": original.order_line_id,
                "ordered_on": original.ordered_on,
                "counted_on": today,
                "reverses_id": original.id,
                "posted_at": now,
            }
        )
    return entries


def count_offline(
    session: Session, purchase: CountedOffline, lines: Sequence[CountedLine], now: datetime
) -> dict[int, int]:
    """Adds an entry for each line of an offline purchase or receipt under each rule that counts
    it.

    Goods that were bought, paid and taken along have passed every point of recognition at once.
    Returns under how many rules each line counts.
    """
    year, kind = purchase.counted_on.year, purchase.kind
    counted = [
        (rule, line)
        for rule in rules_in_force(session, year, purchase.division_code)
        for line in lines
        if counts(rule, purchase.fund, line)
    ]
    entries: list[dict[str, object]] = [
        {
            "source": f"{kind}-line:{line.order_line_id}/rule:{rule.rule_id}/counted",
            "rule_id": rule.rule_id,
            "unit_id": purchase.unit_id,
            "year": year,
            "kind": EntryKind.OFFLINE,
            "amount_fen": line.amount_fen,
            "fund": purchase.fund,
            f"{kind}_id": purchase.offline_id,
            f"{kind}_line_id": line.order_line_id,
            "ordered_on": purchase.bought_on,
            "counted_on": purchase.counted_on,
            "posted_at": now,
        }
        for rule, line in counted
    ]
    write_entries(session, entries)
    ids = [line.order_line_id for _rule, line in counted]
    return {line.order_line_id: ids.count(line.order_line_id) for line in lines}


def take_back_offline(
    session: Session, offline_id: int, day: date, now: datetime, *, kind: str = "offline"
) -> None:
    """Reverses what counted of an offline purchase or receipt, whole, on a day: in its own year,
    or as an adjustment of a later one."""
    entries = [
        {
            "source": f"{kind}-line:{line_of(original, kind)}/rule:{original.rule_id}/back",
            "rule_id": rule_of_year(session, original.rule_id, day.year),
            "unit_id": original.unit_id,
            "year": day.year,
            "kind": EntryKind.OFFLINE if day.year == original.year else EntryKind.ADJUSTMENT,
            "amount_fen": -original.amount_fen,
            "fund": original.fund,
            f"{kind}_id": offline_id,
            f"{kind}_line_id": line_of(original, kind),
            "ordered_on": original.ordered_on,
            "counted_on": day,
            "reverses_id": original.id,
            "posted_at": now,
        }
        for original in counted_of_offline(session, offline_id, kind)
    ]
    write_entries(session, entries)


def write_entries(session: Session, entries: Sequence[Mapping[str, object]]) -> None:
    """Posts entries and adds them to the kept totals."""
    enter(session, entries)
    add_to_totals(session, entries)


def enter(session: Session, entries: Sequence[Mapping[str, object]]) -> None:
    """The first half of it, for which nobody waits."""
    if entries:
        session.execute(insert(QuotaEntry), list(entries), execution_options=AS_ONE)


def add_to_totals(session: Session, entries: Sequence[Mapping[str, object]]) -> None:
    """The other half: whoever counts for the same unit next waits until the commit."""
    sums: dict[tuple[object, object, object], int] = {}
    for entry in entries:
        key = (entry["unit_id"], entry["rule_id"], entry["year"])
        sums[key] = sums.get(key, 0) + cast(int, entry["amount_fen"])
    rows = [
        {"unit_id": unit, "rule_id": rule, "year": year, "counted_fen": amount}
        for (unit, rule, year), amount in sums.items()
    ]
    table = cast(Table, QuotaTotal.__table__)
    add_up(session, table, rows, keys=("unit_id", "rule_id", "year"), amounts=("counted_fen",))
