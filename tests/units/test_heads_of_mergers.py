"""Heads of units that end: counted once from the day on, whatever was approved for later days."""

from datetime import date

import pytest

from marketplace.reports.queries import StandingsWish, list_standings, roll_up
from marketplace.units.commands import (
    Change,
    HeadcountChange,
    Merger,
    UnitPart,
    merge_units,
    revise_headcount,
    split_unit,
)
from marketplace.units.queries import headcount_on
from marketplace.units.rules import HeadcountDayTaken
from tests.county import START
from tests.units.test_succession import COUNTY, FIRST, JULY, PAGE, TODAY, merged

SEPTEMBER = date(2026, 9, 1)


def revised(session, county, unit_id, heads, day=SEPTEMBER):
    change = HeadcountChange(heads, day, "年中调整")
    revise_headcount(session, county.operator, unit_id, change, now=START)


def test_case_09_an_ended_unit_has_no_heads_whatever_was_approved_for_later(
    session, county, schools
):
    """The merger is told in November as of July; in between a headcount was approved."""
    revised(session, county, schools[0], 45)
    merged(session, county, schools)
    assert [headcount_on(session, schools[0], day) for day in (date(2026, 6, 30), JULY, TODAY)] == [
        40,
        0,
        0,
    ]
    wish = StandingsWish(2026, COUNTY, below=county.unit_id)
    assert roll_up(session, wish, TODAY).target_fen == 168 * 50_000
    heads = {one.name: one.headcount for one in list_standings(session, wish, PAGE, TODAY).items}
    assert heads == {"中心小学": 68}


def test_case_09_so_has_a_unit_that_was_split(session, county, schools):
    revised(session, county, schools[0], 45)
    parts = [UnitPart("东校区", 25), UnitPart("西校区", 15)]
    split_unit(session, county.operator, schools[0], parts, FIRST, now=START)
    wish = StandingsWish(2026, COUNTY, below=county.unit_id)
    assert roll_up(session, wish, TODAY).target_fen == 170 * 50_000


def test_case_09_the_heads_of_a_merger_are_not_undone_by_a_later_day(session, county, schools):
    revised(session, county, schools[1], 33)
    with pytest.raises(HeadcountDayTaken) as refused:
        merged(session, county, schools, into=schools[1], heads=70)
    assert refused.value.params == {"day": SEPTEMBER, "headcount": 33}
    later = Change(date(2026, 9, 2), FIRST.reason)
    merger = Merger((schools[0], schools[1]), 70, schools[1])
    merge_units(session, county.operator, merger, later, now=START)
    assert headcount_on(session, schools[1], TODAY) == 70


def test_case_09_what_is_approved_for_days_to_come_stays(session, county, schools):
    revised(session, county, schools[1], 72, date(2027, 1, 1))
    merged(session, county, schools, into=schools[1], heads=70)
    days = (TODAY, date(2027, 1, 1))
    assert [headcount_on(session, schools[1], day) for day in days] == [70, 72]
