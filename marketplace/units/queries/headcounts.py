"""How many people work for units, as last revised by a day."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, SQLColumnExpression, case, func, select
from sqlalchemy.orm import Session

from marketplace.units.models import BudgetUnit, HeadcountRevision


def unless_ended(heads: SQLColumnExpression[int], day: date) -> ColumnElement[int]:
    """Nobody works for a unit that has ended, whatever was approved for later days: the end may be
    told months afterwards."""
    return case((BudgetUnit.ended_on <= day, 0), else_=heads)


def headcounts_on(session: Session, unit_ids: Collection[int], day: date) -> dict[int, int]:
    """Employees of units as last revised on or before a day; 0 where nothing was filed yet, and
    of a unit that had ended."""
    latest = (
        select(
            HeadcountRevision.unit_id,
            unless_ended(HeadcountRevision.headcount, day).label("headcount"),
            func.row_number()
            .over(
                partition_by=HeadcountRevision.unit_id,
                order_by=HeadcountRevision.effective_on.desc(),
            )
            .label("place"),
        )
        .join(BudgetUnit, BudgetUnit.id == HeadcountRevision.unit_id)
        .where(HeadcountRevision.unit_id.in_(unit_ids), HeadcountRevision.effective_on <= day)
        .subquery()
    )
    rows = session.execute(select(latest.c.unit_id, latest.c.headcount).where(latest.c.place == 1))
    filed = {row.unit_id: row.headcount for row in rows}
    return {unit_id: filed.get(unit_id, 0) for unit_id in unit_ids}


def headcount_on(session: Session, unit_id: int, day: date) -> int:
    """A unit's employees on a day."""
    return headcounts_on(session, [unit_id], day)[unit_id]


def list_headcounts(session: Session, unit_id: int) -> Sequence[HeadcountRevision]:
    """Every approved headcount of a unit, the latest first."""
    wanted = select(HeadcountRevision).where(HeadcountRevision.unit_id == unit_id)
    return session.scalars(wanted.order_by(HeadcountRevision.effective_on.desc())).all()
