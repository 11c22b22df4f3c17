"""A county with schools below its units, for tests of units in time."""

from datetime import date

import pytest

from marketplace.units.commands import NewUnit, create_unit
from tests.county import START


@pytest.fixture
def schools(session, county):
    """Two schools below the unit that buys, and one that belongs to another."""
    made = [
        create_unit(
            session, NewUnit(name, 2, "420304000000", heads, date(2024, 1, 1), above), START
        )
        for name, heads, above in (
            ("一小", 40, county.unit_id),
            ("二小", 30, county.unit_id),
            ("三小", 20, county.other_unit_id),
        )
    ]
    return [unit.id for unit in made]
