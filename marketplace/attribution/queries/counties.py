"""What counties sold in a year, from the totals that are kept: no entry is read."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.attribution.models import AttributionTotal
from marketplace.core.areas import code_in_area

_TOTAL = AttributionTotal


def sales_of_counties(session: Session, area: str, year: int) -> dict[str, tuple[int, int]]:
    """(fen, orders) of every county of an area that has sold something in the year."""
    rows = session.execute(
        select(_TOTAL.scope_key, func.sum(_TOTAL.amount_fen), func.sum(_TOTAL.orders))
        .where(_TOTAL.scope == "county", _TOTAL.part == "month", _TOTAL.year == year)
        .where(*code_in_area(_TOTAL.scope_key, area))
        .group_by(_TOTAL.scope_key)
    )
    return {code: (int(fen), int(orders)) for code, fen, orders in rows}


def count_selling(session: Session, area: str, year: int) -> dict[str, int]:
    """How many villages of every county of an area have sold something in the year."""
    villages = (
        select(_TOTAL.scope_key)
        .where(_TOTAL.scope == "county", _TOTAL.part == "village", _TOTAL.year == year)
        .where(*code_in_area(_TOTAL.scope_key, area))
        .group_by(_TOTAL.scope_key, _TOTAL.part_key)
        .having(func.sum(_TOTAL.amount_fen) > 0)
        .subquery()
    )
    counted = select(villages.c.scope_key, func.count()).group_by(villages.c.scope_key)
    return {row[0]: row[1] for row in session.execute(counted)}
