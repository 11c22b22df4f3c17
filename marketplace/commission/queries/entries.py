"""The book's entries and open claims of one host or agency, as tables for others to join."""

from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, Subquery, and_, exists, func, select

from marketplace.commission.models import CommissionClaim, CommissionEntry
from marketplace.commission.queries.claims import latest_claims


def parts_of(host_id: int | None, agency_id: int | None) -> Subquery:
    """Every entry of a host or of an agency, with its part of it."""
    row = CommissionEntry
    part, whose = (
        (row.host_fen, row.host_id == host_id)
        if host_id is not None
        else (row.agency_fen, row.agency_id == agency_id)
    )
    return (
        select(
            row.id.label("entry_id"),
            row.kind,
            row.order_id,
            row.order_line_id,
            row.host_id,
            row.session_id,
            row.base_fen,
            part.label("amount_fen"),
            row.counted_on,
            row.posted_at,
        )
        .where(whose)
        .subquery("parts")
    )


def standing_of(part: Subquery) -> ScalarSelect[int]:
    """What the host sold of the line of an entry and was not given back."""
    row = CommissionEntry
    return (
        select(func.sum(row.base_fen))
        .where(row.order_line_id == part.c.order_line_id, row.host_id == part.c.host_id)
        .correlate(part)
        .scalar_subquery()
    )


def open_claims_of(
    host_id: int | None, agency_id: int | None, between: tuple[datetime, datetime]
) -> Subquery:
    """Claims that hold, were decided from one instant up to another, and stand in no entry yet."""
    row = CommissionClaim
    whose: ColumnElement[bool] = (
        row.host_id == host_id if host_id is not None else row.agency_id == agency_id
    )
    earned = exists().where(
        and_(
            CommissionEntry.order_line_id == row.order_line_id,
            CommissionEntry.host_id == row.host_id,
        )
    )
    return (
        latest_claims()
        .where(whose, row.decided_at >= between[0], row.decided_at < between[1], ~earned)
        .subquery("open_claims")
    )
