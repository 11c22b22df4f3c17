"""Villages by what they sold lately: who sold nothing, when the last sale was, which orders."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from marketplace.attribution.models import AttributionEntry, AttributionTotal
from marketplace.core.paging import Page, PageRequest, in_parts

_ENTRY = AttributionEntry
AT_ONCE = 400


def select_sold_in(year: int) -> Select[str]:
    """Codes of the villages with something left of their sales of a year, from kept totals."""
    total = AttributionTotal
    return (
        select(total.scope_key)
        .where(total.scope == "village", total.part == "month", total.year == year)
        .group_by(total.scope_key)
        .having(func.sum(total.amount_fen) > 0)
    )


def select_sold_since(day: date) -> Select[str]:
    """Codes of the villages with a sale on or after a day, for a condition on one village."""
    return select(_ENTRY.village_code).where(_ENTRY.counted_on >= day, _ENTRY.amount_fen > 0)


def last_sales(session: Session, codes: Collection[str]) -> dict[str, date]:
    """The day of the last sale of each of a page's villages. The index ends at it."""
    latest = (
        select(_ENTRY.village_code, func.max(_ENTRY.counted_on))
        .where(_ENTRY.village_code.in_(codes), _ENTRY.amount_fen > 0)
        .group_by(_ENTRY.village_code)
    )
    return {row[0]: row[1] for row in session.execute(latest)}


@dataclass(frozen=True)
class LedgerRow:
    """One entry of a village's ledger, with what it came from."""

    id: int
    counted_on: date
    amount_fen: int
    order_id: int | None
    offline_id: int | None
    receipt_id: int | None
    producer_id: int
    product_id: int
    unit_id: int | None
    channel: str


def list_ledger(session: Session, code: str, page: PageRequest) -> Page[LedgerRow]:
    """A village's entries, the newest first."""
    here = _ENTRY.village_code == code
    total = session.scalar(select(func.count()).select_from(_ENTRY).where(here)) or 0
    columns = (getattr(_ENTRY, name) for name in LedgerRow.__dataclass_fields__)
    rows = session.execute(
        select(*columns)
        .where(here)
        .order_by(_ENTRY.counted_on.desc(), _ENTRY.id.desc())
        .offset(page.offset)
        .limit(page.per_page)
    )
    return Page([LedgerRow(*tuple(row)) for row in rows], page.page, page.per_page, total)


def bought_by_units(
    session: Session, unit_ids: Collection[int], since_year: int
) -> dict[int, dict[str, int]]:
    """Unit → village → what it bought of it since a year began, from kept totals."""
    total = AttributionTotal
    bought: dict[int, dict[str, int]] = defaultdict(dict)
    for few in in_parts([str(unit_id) for unit_id in sorted(unit_ids)], AT_ONCE):
        rows = session.execute(
            select(total.scope_key, total.part_key, func.sum(total.amount_fen))
            .where(
                total.scope == "unit",
                total.scope_key.in_(few),
                total.part == "village",
                total.year >= since_year,
            )
            .group_by(total.scope_key, total.part_key)
            .having(func.sum(total.amount_fen) > 0)
        )
        for unit, village, amount_fen in rows:
            bought[int(unit)][village] = amount_fen
    return bought
