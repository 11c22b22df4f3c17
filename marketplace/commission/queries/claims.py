"""Claims as they hold, and what stands of what they earned."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Subquery, and_, func, select
from sqlalchemy.orm import Session, aliased

from marketplace.commission.models import CommissionClaim, CommissionEntry


@dataclass(frozen=True)
class Claim:
    """The claim that holds for an order line."""

    order_line_id: int
    version: int
    order_id: int
    product_id: int
    host_id: int | None
    session_id: int | None
    offer_id: int | None
    agency_id: int | None
    agency_ppm: int
    rate_ppm: int
    outcome: str
    facts: dict[str, Any]
    rule_id: int | None
    decided_at: datetime


def latest_claims() -> Select[*tuple[Any, ...]]:
    """Every line's claim that holds: the one of its highest version."""
    row, newer = CommissionClaim, aliased(CommissionClaim)
    later = and_(newer.order_line_id == row.order_line_id, newer.version > row.version)
    columns = [getattr(row, name) for name in Claim.__dataclass_fields__]
    return select(*columns).outerjoin(newer, later).where(newer.id.is_(None))


def claims_of_orders(session: Session, order_ids: Collection[int]) -> dict[int, Claim]:
    """Claims that hold for the lines of orders, by line."""
    wanted = latest_claims().where(CommissionClaim.order_id.in_(order_ids))
    return {claim.order_line_id: claim for claim in map(_claim, session.execute(wanted))}


def claims_beside(order_id: int) -> Subquery:
    """The same of one order, for whoever reads its lines and wants the claims beside them."""
    return latest_claims().where(CommissionClaim.order_id == order_id).subquery("claims_beside")


def claim_beside(row: Sequence[Any]) -> Claim | None:
    """The claim in the columns of `claims_beside`; None where the line has none."""
    return None if row[0] is None else _claim(row)


def _claim(row: Any) -> Claim:
    return Claim(*row)


def standing(
    session: Session, order_line_ids: Collection[int]
) -> dict[tuple[int, int], tuple[int, int, int]]:
    """(line, host) → (net amount, host's fen, agency's fen) as the entries sum up."""
    entry = CommissionEntry
    rows = session.execute(
        select(
            entry.order_line_id,
            entry.host_id,
            func.sum(entry.base_fen),
            func.sum(entry.host_fen),
            func.sum(entry.agency_fen),
        )
        .where(entry.order_line_id.in_(order_line_ids))
        .group_by(entry.order_line_id, entry.host_id)
    )
    return {
        (line, host): (int(base), int(own), int(agency)) for line, host, base, own, agency in rows
    }


@dataclass(frozen=True)
class StandingPart:
    """What stands of a line with one host, session and agency."""

    order_line_id: int
    product_id: int
    host_id: int
    session_id: int | None
    agency_id: int | None
    base_fen: int
    host_fen: int
    agency_fen: int


def standing_parts(session: Session, order_line_ids: Collection[int]) -> list[StandingPart]:
    """Everything that stands of lines, by whom it stands with."""
    entry = CommissionEntry
    keys = (
        entry.order_line_id,
        entry.product_id,
        entry.host_id,
        entry.session_id,
        entry.agency_id,
    )
    sums = [func.sum(part) for part in (entry.base_fen, entry.host_fen, entry.agency_fen)]
    rows = session.execute(
        select(*keys, *sums)
        .where(entry.order_line_id.in_(order_line_ids))
        .group_by(*keys)
        .order_by(*keys)
    )
    found = [StandingPart(*row[:5], *map(int, row[5:])) for row in rows]
    return [part for part in found if part.base_fen or part.host_fen or part.agency_fen]
