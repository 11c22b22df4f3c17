"""Whether units will meet their year, and whether what they were told of it still holds."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.notices.queries import Checks
from marketplace.notices.rules import OpenNotice
from marketplace.quota.rules import Progress
from marketplace.reports.queries.unit import UnitYear, unit_year
from marketplace.reports.rules import course_period


def behind_most(year: UnitYear) -> Progress | None:
    """The rule that a unit is furthest from meeting at its pace, if there is any. Caps are not
    to be reached."""
    behind = [
        rule for rule in year.rules if not rule.is_cap and rule.target_fen and not rule.on_course
    ]
    return max(behind, key=lambda rule: rule.gap_fen, default=None)


def course_still_off(session: Session, notices: Sequence[OpenNotice], now: datetime) -> set[int]:
    """Of notices about units off their course: those of this period whose unit still is."""
    today = day_of(now)
    current = [one for one in notices if one.params["period"] == course_period(today)]
    return {
        notice.id
        for unit_id in {one.object_id for one in current}
        if behind_most(unit_year(session, unit_id, today.year, today))
        for notice in current
        if notice.object_id == unit_id
    }


def gap_still_open(session: Session, notices: Sequence[OpenNotice], now: datetime) -> set[int]:
    """Of reminders by a supervisor: those of this year whose unit has not met it."""
    today = day_of(now)
    current = [one for one in notices if one.params["year"] == today.year]
    open_units = set()
    for unit_id in {one.object_id for one in current}:
        rules = unit_year(session, unit_id, today.year, today).rules
        if any(not rule.is_cap and rule.gap_fen for rule in rules):
            open_units.add(unit_id)
    return {one.id for one in current if one.object_id in open_units}


# Kind of notice → whether it still waits.
CHECKS: Checks = {"off_course": course_still_off, "behind": gap_still_open}
