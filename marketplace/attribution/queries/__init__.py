"""Reading what villages, units, producers and hosts sold."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, String, Subquery, case, cast, extract, func, select
from sqlalchemy.orm import Session

from marketplace.attribution.models import AttributionEntry, AttributionTotal
from marketplace.attribution.rules import COUNTY_DIGITS, TOWNSHIP_DIGITS
from marketplace.core.money import Fen


@dataclass(frozen=True)
class Amount:
    """What a scope sold: the amount in fen and the number of orders it was part of."""

    amount_fen: int
    orders: int


@dataclass(frozen=True)
class PartTotal:
    """One part of a scope: a month, a product, a producer."""

    part_key: str
    amount_fen: int
    orders: int


@dataclass(frozen=True)
class YearPart:
    """One part of a scope in one year."""

    part: str
    part_key: str
    year: int
    amount_fen: int
    orders: int


_ENTRY = AttributionEntry
_MONTH = extract("month", _ENTRY.counted_on)
_MONTH_DIGITS = case((_MONTH < 10, "-0"), else_="-")
# How each scope and part is read off an entry.
KEYS: dict[str, ColumnElement[Any]] = {
    "village": _ENTRY.village_code.expression,
    "township": func.substr(_ENTRY.village_code, 1, TOWNSHIP_DIGITS).concat("000"),
    "county": func.substr(_ENTRY.village_code, 1, COUNTY_DIGITS),
    "producer": cast(_ENTRY.producer_id, String),
    "product": cast(_ENTRY.product_id, String),
    "unit": cast(_ENTRY.unit_id, String),
    "host": cast(_ENTRY.host_id, String),
    "session": cast(_ENTRY.session_id, String),
    "channel": _ENTRY.channel.expression,
    "buyer": case((_ENTRY.unit_id.is_not(None), "UNIT"), else_="PERSON"),
    "month": cast(extract("year", _ENTRY.counted_on), String)
    .concat(_MONTH_DIGITS)
    .concat(cast(_MONTH, String)),
}
# Orders and offline purchases that entries belong to, and receipts: as many times as producers
# stand on one, for an order is one producer's too.
_RECEIPT = cast(_ENTRY.receipt_id, String).concat("/").concat(cast(_ENTRY.producer_id, String))
_SALES = (
    func.count(_ENTRY.order_id.distinct())
    + func.count(_ENTRY.offline_id.distinct())
    + func.count(_RECEIPT.distinct())
)
KEPT = (
    ("village", "month"),
    ("village", "product"),
    ("village", "producer"),
    ("village", "buyer"),
    ("township", "month"),
    ("township", "village"),
    ("county", "month"),
    ("county", "township"),
    ("county", "village"),
    ("county", "product"),
    ("county", "producer"),
    ("county", "channel"),
    ("producer", "month"),
    ("producer", "village"),
    ("producer", "product"),
    ("unit", "month"),
    ("unit", "village"),
    ("unit", "producer"),
    ("host", "month"),
    ("host", "product"),
    ("session", "month"),
    ("session", "product"),
    ("session", "village"),
)


def _scope(
    scope: str, scope_key: str, part: str, year: int | None
) -> tuple[ColumnElement[bool], ...]:
    here = (
        AttributionTotal.scope == scope,
        AttributionTotal.scope_key == scope_key,
        AttributionTotal.part == part,
    )
    return here if year is None else (*here, AttributionTotal.year == year)


def total_of(session: Session, scope: str, scope_key: str, year: int | None = None) -> Amount:
    """What a scope sold in a year, or ever. Every scope keeps its months, so they are summed."""
    row = session.execute(
        select(func.sum(AttributionTotal.amount_fen), func.sum(AttributionTotal.orders)).where(
            *_scope(scope, scope_key, "month", year)
        )
    ).one()
    return Amount(row[0] or 0, row[1] or 0)


def parts_of(
    session: Session,
    scope: str,
    scope_key: str,
    part: str,
    *,
    year: int | None = None,
    limit: int | None = None,
) -> list[PartTotal]:
    """The parts of a scope, the biggest first."""
    amount = func.sum(AttributionTotal.amount_fen)
    rows = session.execute(
        select(AttributionTotal.part_key, amount, func.sum(AttributionTotal.orders))
        .where(*_scope(scope, scope_key, part, year))
        .group_by(AttributionTotal.part_key)
        .order_by(amount.desc(), AttributionTotal.part_key)
        .limit(limit)
    )
    return [PartTotal(*row) for row in rows]


def select_year(scope: str, year: int) -> Subquery:
    """What each scope of a kind sold in a year, as a table to join by its key."""
    total = AttributionTotal
    return (
        select(
            total.scope_key,
            func.sum(total.amount_fen).label("amount_fen"),
            func.sum(total.orders).label("orders"),
        )
        .where(total.scope == scope, total.part == "month", total.year == year)
        .group_by(total.scope_key)
        .subquery("sold_in_a_year")
    )


def has_ever_sold(scope: str, scope_key: str, part: str) -> Select[str]:
    """Keys of the parts that have ever had an entry, for others to compare theirs with."""
    return select(AttributionTotal.part_key).where(*_scope(scope, scope_key, part, None)).distinct()


def count_selling(
    session: Session, scope: str, scope_key: str, part: str, *, year: int
) -> tuple[int, Fen]:
    """How many parts of a scope sold something in a year, and what all of them sold."""
    amount = func.sum(AttributionTotal.amount_fen).label("amount_fen")
    sums = (
        select(amount)
        .where(*_scope(scope, scope_key, part, year))
        .group_by(AttributionTotal.part_key)
        .subquery("sums")
    )
    selling = func.count().filter(sums.c.amount_fen > 0)
    number, whole = session.execute(select(selling, func.sum(sums.c.amount_fen))).one()
    return number, Fen(whole or 0)


def list_parts(
    session: Session,
    scope: str,
    scope_key: str,
    *,
    years: Collection[int],
    parts: Collection[str],
    part_keys: Collection[str] | None = None,
) -> list[YearPart]:
    """Several kinds of parts of a scope over several years, the biggest first. One query."""
    total = AttributionTotal
    amount = func.sum(total.amount_fen)
    wanted = (
        select(total.part, total.part_key, total.year, amount, func.sum(total.orders))
        .where(
            total.scope == scope,
            total.scope_key == scope_key,
            total.part.in_(parts),
            total.year.in_(years),
        )
        .group_by(total.part, total.part_key, total.year)
        .order_by(amount.desc(), total.part_key)
    )
    if part_keys is not None:
        wanted = wanted.where(total.part_key.in_(part_keys))
    return [YearPart(*row) for row in session.execute(wanted)]


def parts_between(
    session: Session, subject: tuple[str, str], part: str, first: date, last: date
) -> list[PartTotal]:
    """The parts of a scope between two days, both included, the biggest first.

    Added up from the entries: totals are kept by year, and a span of days is asked for rarely.
    """
    scope, scope_key = subject
    amount = func.sum(_ENTRY.amount_fen)
    rows = session.execute(
        select(KEYS[part], amount, _SALES)
        .where(KEYS[scope] == scope_key, _ENTRY.counted_on.between(first, last))
        .group_by(KEYS[part])
        .order_by(amount.desc(), KEYS[part])
    )
    return [PartTotal(*row) for row in rows]


def remaining_by_line(
    session: Session, line_ids: Sequence[int], kind: str = "order"
) -> dict[int, dict[tuple[int | None, str], int]]:
    """What is left with each batch and village of a line, after the reversals so far: of an
    `order`, an `offline` purchase or a `receipt`."""
    entry = AttributionEntry
    line_id = getattr(entry, f"{kind}_line_id")
    rows = session.execute(
        select(line_id, entry.batch_id, entry.village_code, func.sum(entry.amount_fen))
        .where(line_id.in_(line_ids))
        .group_by(line_id, entry.batch_id, entry.village_code)
    )
    remaining: dict[int, dict[tuple[int | None, str], int]] = {line: {} for line in line_ids}
    for line, batch, village, amount_fen in rows:
        assert line is not None, village
        remaining[line][batch, village] = amount_fen
    return remaining


def sums_of_batch(session: Session, batch_id: int) -> list[tuple[str, Fen]]:
    """What the sales of a batch brought each village, the most first."""
    amount = func.sum(_ENTRY.amount_fen)
    rows = session.execute(
        select(_ENTRY.village_code, amount)
        .where(_ENTRY.batch_id == batch_id)
        .group_by(_ENTRY.village_code)
        .having(amount > 0)
        .order_by(amount.desc(), _ENTRY.village_code)
    )
    return [(village, Fen(amount_fen)) for village, amount_fen in rows]


def villages_of_orders(session: Session, order_ids: Collection[int]) -> list[tuple[str, Fen]]:
    """(village, what is left with it) of orders after refunds, the biggest first."""
    amount = func.sum(_ENTRY.amount_fen)
    rows = session.execute(
        select(_ENTRY.village_code, amount)
        .where(_ENTRY.order_id.in_(order_ids))
        .group_by(_ENTRY.village_code)
        .having(amount != 0)
        .order_by(amount.desc(), _ENTRY.village_code)
    )
    return [(village, Fen(amount_fen)) for village, amount_fen in rows]
