"""What villages sold by livestream, session by session."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.attribution.models import AttributionEntry
from marketplace.attribution.queries import PartTotal

_ENTRY = AttributionEntry


@dataclass(frozen=True)
class VillagePart:
    """What a village sold of a product in a session."""

    session_id: int
    product_id: int
    village_code: str
    amount_fen: int


def villages_in_sessions(session: Session, session_ids: Collection[int]) -> list[VillagePart]:
    """Every village's part of every product, where something is left of it."""
    amount = func.sum(_ENTRY.amount_fen)
    keys = (_ENTRY.session_id, _ENTRY.product_id, _ENTRY.village_code)
    rows = session.execute(
        select(*keys, amount)
        .where(_ENTRY.session_id.in_(session_ids))
        .group_by(*keys)
        .having(amount != 0)
    )
    return [VillagePart(int(row[0] or 0), row[1], row[2], int(row[3])) for row in rows]


def sales_of_villages(session: Session, session_ids: Collection[int]) -> list[PartTotal]:
    """What each village sold in these sessions and in how many orders, the biggest first."""
    amount = func.sum(_ENTRY.amount_fen)
    rows = session.execute(
        select(_ENTRY.village_code, amount, func.count(_ENTRY.order_id.distinct()))
        .where(_ENTRY.session_id.in_(session_ids))
        .group_by(_ENTRY.village_code)
        .order_by(amount.desc(), _ENTRY.village_code)
    )
    return [PartTotal(row[0], int(row[1]), int(row[2])) for row in rows]
