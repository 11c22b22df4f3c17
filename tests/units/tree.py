"""A tree of units for tests, and people who stand somewhere in it."""

from datetime import date

from sqlalchemy.orm import Session

from marketplace.core.identity import Identity, Standing
from marketplace.units.commands import NewUnit, create_unit
from tests.conftest import NOON

TREE = (
    ("局", 1, None),
    ("中心", 2, "局"),
    ("小学", 2, "局"),
    ("教学点", 3, "小学"),
    ("别的局", 1, None),
)


def found(session: Session) -> dict[str, int]:
    """Founds the units; their ids by name."""
    ids: dict[str, int] = {}
    for name, level, parent in TREE:
        parent_id = ids[parent] if parent else None
        new = NewUnit(name, level, "420304000000", 10, date(2025, 1, 1), parent_id=parent_id)
        ids[name] = create_unit(session, new, NOON).id
    return ids


def somebody(*standings: Standing) -> Identity:
    return Identity(1, "somebody", "某人", None, 0, standings)
