"""A unit's year as one request sees it: the unit's page and the bar on it show the same."""

from typing import cast

from flask import g

from marketplace.core.clock import day_of
from marketplace.reports.queries import UnitYear, unit_year
from marketplace.web import now, session


def year_of(unit_id: int, year: int) -> UnitYear:
    """Worked out once per request, for it takes several statements."""
    known = cast(dict[tuple[int, int], UnitYear], g.setdefault("unit_years", {}))
    if (unit_id, year) not in known:
        known[unit_id, year] = unit_year(session(), unit_id, year, day_of(now()))
    return known[unit_id, year]
