"""Five years of entries for thousands of units under one supervisor: what an office looks back
upon after the marketplace has served it for a while."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.core.db import Base, add_up
from marketplace.demonstration.floor import publish_rules
from marketplace.demonstration.places import COUNTY
from marketplace.quota.queries import rules_in_force

YEARS = 5
AT_ONCE = 20_000


def top_unit(session: Session) -> int:
    """The unit that has most units directly below it."""
    unit = Base.metadata.tables["budget_unit"]
    parents = select(unit.c.parent_id).where(unit.c.parent_id.is_not(None))
    largest = parents.group_by(unit.c.parent_id).order_by(func.count().desc(), unit.c.parent_id)
    return int(session.scalars(largest.limit(1)).one())


def supervise(session: Session) -> None:
    """Puts every unit that stands by itself below the one that has most below it."""
    unit, placement = Base.metadata.tables["budget_unit"], Base.metadata.tables["unit_placement"]
    top = top_unit(session)
    for table, key in ((unit, unit.c.id), (placement, placement.c.unit_id)):
        alone = (table.c.parent_id.is_(None), key != top)
        session.execute(update(table).where(*alone).values(parent_id=top))
        session.execute(update(table).where(key == top).values(parent_id=None))


def add_entries(session: Session, count: int, now: datetime) -> None:
    """So many entries over all units that ordered and the last years, with their totals."""
    today = day_of(now)
    years = range(today.year - YEARS + 1, today.year + 1)
    publish_rules(session, years, now)
    rules = {year: rules_in_force(session, year, COUNTY)[0].rule_id for year in years}
    entry = Base.metadata.tables["quota_entry"]
    stretch: list[dict[str, Any]] = []
    for row in _entries(_orders_by_unit(session), count, years, today):
        stretch.append({**row, "rule_id": rules[row["year"]], "posted_at": now})
        if len(stretch) == AT_ONCE:
            session.execute(insert(entry), stretch)
            stretch.clear()
    if stretch:
        session.execute(insert(entry), stretch)
    _keep_totals(session)


def _orders_by_unit(session: Session) -> dict[int, list[int]]:
    order = Base.metadata.tables["order"]
    found: dict[int, list[int]] = {}
    rows = session.execute(
        select(order.c.unit_id, order.c.id).where(order.c.unit_id.is_not(None)).order_by(order.c.id)
    )
    for unit_id, order_id in rows:
        found.setdefault(unit_id, []).append(order_id)
    return found


def _entries(
    orders: dict[int, list[int]], count: int, years: Sequence[int], today: date
) -> Iterator[dict[str, Any]]:
    chance = Random(5)
    units = sorted(orders)
    for number in range(count):
        unit_id, year = units[number % len(units)], years[number // len(units) % len(years)]
        last = min(date(year, 12, 31), today)
        first = date(year, 1, 1)
        day = first + timedelta(days=chance.randint(0, (last - first).days))
        yield {
            "source": f"bench:{number}",
            "unit_id": unit_id,
            "year": year,
            "kind": "SALE",
            "amount_fen": chance.randint(100, 20_000),
            "fund": "UNION",
            "order_id": chance.choice(orders[unit_id]),
            "ordered_on": day,
            "counted_on": day,
        }


def _keep_totals(session: Session) -> None:
    """Adds the new entries to the totals, as the commands would have done."""
    entry, total = Base.metadata.tables["quota_entry"], Base.metadata.tables["quota_total"]
    keys = (entry.c.unit_id, entry.c.rule_id, entry.c.year)
    sums = select(*keys, func.sum(entry.c.amount_fen)).group_by(*keys)
    rows = [
        {"unit_id": unit, "rule_id": rule, "year": year, "counted_fen": int(fen)}
        for unit, rule, year, fen in session.execute(sums.where(entry.c.source.like("bench:%")))
    ]
    add_up(session, total, rows, keys=("unit_id", "rule_id", "year"), amounts=("counted_fen",))
