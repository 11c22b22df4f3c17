"""Five years of a county's sales, village by village: entries in bulk, with every total kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import delete, extract, func, insert, literal, select
from sqlalchemy.orm import Session

from marketplace.attribution.queries import KEPT, KEYS
from marketplace.attribution.queries.proof import kept_totals, summed_entries
from marketplace.core.clock import day_of
from marketplace.core.db import Base

YEARS = 5
AT_ONCE = 20_000
# A unit buys from some villages again and again, and a village sells a few things.
VILLAGES_OF_A_UNIT, PRODUCTS_OF_A_VILLAGE = 40, 4
MEMORY = "PRAGMA cache_size=-400000"


@dataclass(frozen=True)
class Trade:
    """Who may buy what from where."""

    units: Sequence[int]
    villages: dict[int, list[str]]
    goods: dict[str, list[tuple[int, int]]]
    orders: Sequence[int]


def add_lines(session: Session, count: int, now: datetime) -> None:
    """So many entries over all units, villages and the last years. Their totals are kept apart."""
    if session.get_bind().dialect.name == "sqlite":
        session.connection().exec_driver_sql(MEMORY)
    entry, stretch = Base.metadata.tables["attribution_entry"], list[dict[str, Any]]()
    for row in _entries(_trade(session), count, day_of(now)):
        stretch.append({**row, "posted_at": now})
        if len(stretch) == AT_ONCE:
            session.execute(insert(entry), stretch)
            stretch.clear()
    if stretch:
        session.execute(insert(entry), stretch)


def _trade(session: Session) -> Trade:
    tables, chance = Base.metadata.tables, Random(7)
    units = list(session.scalars(select(tables["budget_unit"].c.id).order_by("id")))
    codes = list(session.scalars(select(tables["village"].c.code).order_by("code")))
    product = tables["product"]
    goods = [
        (row.id, row.producer_id)
        for row in session.execute(select(product.c.id, product.c.producer_id).order_by("id"))
    ]
    order = tables["order"]
    orders = session.scalars(select(order.c.id).where(order.c.unit_id.is_not(None)).order_by("id"))
    return Trade(
        units,
        {unit: chance.sample(codes, min(VILLAGES_OF_A_UNIT, len(codes))) for unit in units},
        {code: chance.sample(goods, min(PRODUCTS_OF_A_VILLAGE, len(goods))) for code in codes},
        list(orders),
    )


def _entries(trade: Trade, count: int, today: date) -> Iterator[dict[str, Any]]:
    chance = Random(5)
    first = date(today.year - YEARS + 1, 1, 1)
    days = (today - first).days
    for number in range(count):
        unit_id = trade.units[number % len(trade.units)]
        village = chance.choice(trade.villages[unit_id])
        product_id, producer_id = chance.choice(trade.goods[village])
        yield {
            "source": f"bench:{number}",
            "order_id": chance.choice(trade.orders),
            "village_code": village,
            "amount_fen": chance.randint(100, 20_000),
            "unit_id": unit_id,
            "fund": "UNION",
            "producer_id": producer_id,
            "product_id": product_id,
            "channel": "SHOP",
            "counted_on": first + timedelta(days=chance.randint(0, days)),
        }


def keep_totals(session: Session) -> None:
    """Every total there is, from all entries, as the commands would have kept them."""
    entry, total = (
        Base.metadata.tables[name] for name in ("attribution_entry", "attribution_total")
    )
    session.execute(delete(total))
    optional = {"unit": entry.c.unit_id, "host": entry.c.host_id, "session": entry.c.session_id}
    year = extract("year", entry.c.counted_on)
    for scope, part in KEPT:
        keys = (KEYS[scope], KEYS[part], year)
        sums = select(
            literal(scope), KEYS[scope], literal(part), KEYS[part], year, literal(0),
            func.sum(entry.c.amount_fen), func.count(entry.c.order_id.distinct()),
        ).group_by(*keys)  # fmt: skip
        if scope in optional:
            sums = sums.where(optional[scope].is_not(None))
        columns = (
            "scope", "scope_key", "part", "part_key", "year", "shard", "amount_fen", "orders",
        )  # fmt: skip
        session.execute(insert(total).from_select(columns, sums))


def check_totals(session: Session) -> int:
    """How many kept totals of villages and the county are the sums of their entries; raises
    where one is not."""
    checked = 0
    for scope, part in (("village", "month"), ("county", "month"), ("unit", "village")):
        kept, summed = kept_totals(session, scope, part), summed_entries(session, scope, part)
        assert kept == summed, (scope, part)
        checked += len(kept)
    return checked
