"""What counts of purchases made offline, and of receipts of outlets."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Subquery, func, select, true
from sqlalchemy.orm import Session

from marketplace.core.money import Fen
from marketplace.quota.models import QuotaEntry
from marketplace.quota.queries.entries import by_any_version, versions_of


def counted_of_offline(
    session: Session, offline_id: int, kind: str = "offline"
) -> Sequence[QuotaEntry]:
    """The entries by which an offline purchase (or a `receipt`) counted at first."""
    holder = getattr(QuotaEntry, f"{kind}_id")
    wanted = select(QuotaEntry).where(holder == offline_id, QuotaEntry.reverses_id.is_(None))
    return session.scalars(wanted.order_by(QuotaEntry.id)).all()


def line_of(entry: QuotaEntry, kind: str) -> int | None:
    """The line of an offline purchase or a receipt that an entry counts."""
    return entry.receipt_line_id if kind == "receipt" else entry.offline_line_id


def summed_by_offline_line(session: Session) -> dict[int, Fen]:
    """What counts of each line bought offline, under all rules together."""
    line_id = QuotaEntry.offline_line_id
    rows = session.execute(select(line_id, func.sum(QuotaEntry.amount_fen)).group_by(line_id))
    return {line: Fen(amount) for line, amount in rows if line is not None}


def summed_by_receipt(session: Session) -> dict[int, Fen]:
    """What counts of each receipt of an outlet, under all rules together."""
    rows = session.execute(
        select(QuotaEntry.receipt_id, func.sum(QuotaEntry.amount_fen))
        .where(QuotaEntry.receipt_id.is_not(None))
        .group_by(QuotaEntry.receipt_id)
    )
    return {receipt: Fen(amount) for receipt, amount in rows if receipt is not None}


def offline_by_rule(
    session: Session, unit_id: int, year: int, on: date | None = None
) -> dict[int, Fen]:
    """As much of a unit's totals of a year (as of a day) as was bought outside, by any version of
    each rule."""
    until = QuotaEntry.counted_on <= on if on else true()
    part = (
        select(QuotaEntry.rule_id, func.sum(QuotaEntry.amount_fen).label("fen"))
        .where(QuotaEntry.unit_id == unit_id, QuotaEntry.year == year, until)
        .where(QuotaEntry.order_id.is_(None))
        .group_by(QuotaEntry.rule_id)
        .subquery()
    )
    return by_any_version(session, year, part)


def select_offline(rule_id: int, year: int, day: date | None) -> Subquery:
    """Each unit's offline part under one rule, at the end of a day (None: as of now)."""
    until = QuotaEntry.counted_on <= day if day else true()
    return (
        select(QuotaEntry.unit_id, func.sum(QuotaEntry.amount_fen).label("offline_fen"))
        .where(QuotaEntry.rule_id.in_(versions_of(rule_id)), QuotaEntry.year == year)
        .where(QuotaEntry.order_id.is_(None), until)
        .group_by(QuotaEntry.unit_id)
        .subquery("offline_of_a_year")
    )
