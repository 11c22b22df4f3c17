"""A unit's year as one request sees it: the unit's page and the bar on it show the same."""

from typing import cast

from flask import g

from marketplace.core.clock import day_of
from marketplace.core.edition import Topic
from marketplace.reports.queries import UnitYear, unit_year
from marketplace.web import now, session
from marketplace.web.kept import kept


def year_of(unit_id: int, year: int) -> UnitYear:
    """Worked out once for everyone of the unit until an order or the quota changes."""
    known = cast(dict[tuple[int, int], UnitYear], g.setdefault("unit_years", {}))
    if (unit_id, year) not in known:
        known[unit_id, year] = kept(
            (Topic.ORDERS, Topic.QUOTA),
            ("unit year", unit_id, year),
            lambda: unit_year(session(), unit_id, year, day_of(now())),
        )
    return known[unit_id, year]
