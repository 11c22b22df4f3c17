"""Reads of budget units."""

from sqlalchemy.orm import Session

from marketplace.core.errors import NotFound
from marketplace.units.models import BudgetUnit


def get_unit(session: Session, unit_id: int) -> BudgetUnit:
    """The unit; raises NotFound where there is none."""
    unit = session.get(BudgetUnit, unit_id)
    if unit is None:
        raise NotFound
    return unit
