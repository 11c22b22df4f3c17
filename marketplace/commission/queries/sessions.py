"""What sessions sold and earned: claims that hold as a table to join, and sums of entries."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ScalarSelect, Select, func, select
from sqlalchemy.orm import Session

from marketplace.commission.models import CommissionClaim, CommissionEntry
from marketplace.commission.queries.claims import Claim, latest_claims


@dataclass(frozen=True)
class EarnedSum:
    """What the entries of a product in a session come to."""

    base_fen: int = 0
    host_fen: int = 0
    agency_fen: int = 0


def sales_of_sessions() -> Select[*tuple[Any, ...]]:
    """Claims that hold and name a host and a session: whose sales are whose, line by line."""
    return latest_claims().where(
        CommissionClaim.host_id.is_not(None), CommissionClaim.session_id.is_not(None)
    )


def newest_claim() -> ScalarSelect[int]:
    return select(func.coalesce(func.max(CommissionClaim.id), 0)).scalar_subquery()


def claims_of_session(session: Session, session_id: int) -> list[Claim]:
    """Every claim that ever named the session, also those that hold no more."""
    row = CommissionClaim
    columns = [getattr(row, name) for name in Claim.__dataclass_fields__]
    wanted = select(*columns).where(row.session_id == session_id).order_by(row.id)
    return [Claim(*found) for found in session.execute(wanted)]


def earned_in_sessions(
    session: Session, session_ids: Collection[int]
) -> dict[tuple[int, int], EarnedSum]:
    """(session, product) → what was recognised of it and what that earned."""
    entry = CommissionEntry
    sums = (func.sum(entry.base_fen), func.sum(entry.host_fen), func.sum(entry.agency_fen))
    rows = session.execute(
        select(entry.session_id, entry.product_id, *sums)
        .where(entry.session_id.in_(session_ids))
        .group_by(entry.session_id, entry.product_id)
    )
    return {
        (session_id or 0, product_id): EarnedSum(int(base), int(host), int(agency))
        for session_id, product_id, base, host, agency in rows
    }


def earned_by_session(session: Session) -> dict[int, int]:
    """What the sales of each session earned, where something is left of it."""
    entry = CommissionEntry
    earned = func.sum(entry.host_fen + entry.agency_fen)
    rows = session.execute(
        select(entry.session_id, earned)
        .where(entry.session_id.is_not(None))
        .group_by(entry.session_id)
        .having(earned != 0)
    )
    return {session_id or 0: int(fen) for session_id, fen in rows}


@dataclass(frozen=True)
class EntryRow:
    """An entry as the record of a session shows it."""

    source: str
    kind: str
    order_id: int
    order_line_id: int
    product_id: int
    base_fen: int
    host_fen: int
    agency_fen: int
    counted_on: date
    posted_at: datetime


def entries_of_session(session: Session, session_id: int) -> list[EntryRow]:
    """Every entry that names the session, in the order they were posted."""
    entry = CommissionEntry
    columns = [getattr(entry, name) for name in EntryRow.__dataclass_fields__]
    wanted = select(*columns).where(entry.session_id == session_id).order_by(entry.id)
    return [EntryRow(*found) for found in session.execute(wanted)]
