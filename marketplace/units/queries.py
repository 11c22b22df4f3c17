"""Reads of budget units."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.errors import NotFound
from marketplace.units.models import BudgetUnit

# For packages above that join names to their own rows instead of asking once more for them.
UNIT_NAMES = select(BudgetUnit.id, BudgetUnit.name).subquery("unit_names")


def get_unit(session: Session, unit_id: int) -> BudgetUnit:
    """The unit; raises NotFound where there is none."""
    unit = session.get(BudgetUnit, unit_id)
    if unit is None:
        raise NotFound
    return unit
