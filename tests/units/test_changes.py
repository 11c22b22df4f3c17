"""Who may change units, and what no change may do."""

from datetime import date, timedelta

import pytest

from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.core.identity import Role
from marketplace.units.commands import (
    Change,
    HeadcountChange,
    Merger,
    UnitPart,
    merge_units,
    move_unit,
    rename_unit,
    revise_headcount,
    split_unit,
)
from marketplace.units.queries import get_unit
from marketplace.units.rules import (
    ChangedSince,
    HasSubordinates,
    HeadcountDayTaken,
    UnitNameTaken,
)
from tests.county import START, person

TODAY = date(2026, 11, 23)
JULY = date(2026, 7, 1)
FIRST = Change(JULY, "郧编办〔2026〕7 号")


def test_case_09_nobody_but_the_centre_changes_units(session, county, schools):
    merger = Merger((schools[0], schools[1]), 70, None, "中心小学")
    above = person(session, "above@test", ("UNIT", county.unit_id, Role.ADMIN))
    for other in (above, county.auditor):
        with pytest.raises(Forbidden):
            rename_unit(session, other, schools[0], "新", FIRST, now=START)
        with pytest.raises(Forbidden):
            merge_units(session, other, merger, FIRST, now=START)
    with pytest.raises(NotFound):
        split_unit(session, county.stranger, schools[0], [], FIRST, now=START)


def test_case_09_what_cannot_be_is_refused(session, county, schools):
    operator, one = county.operator, schools[0]

    def wrong(field, act):
        with pytest.raises(InvalidInput) as refused:
            act()
        assert field in [error.field for error in refused.value.errors]

    def rename(name="新", day=JULY, reason="因为"):
        return rename_unit(session, operator, one, name, Change(day, reason), now=START)

    wrong("on_day", lambda: rename(day=TODAY + timedelta(days=1)))
    wrong("on_day", lambda: rename(day=date(2024, 12, 31)))
    wrong("reason", lambda: rename(reason=" "))
    wrong("reason", lambda: rename(reason="x" * 201))
    wrong("name", lambda: rename(name=" "))
    wrong("parent_name", lambda: move_unit(session, operator, one, one, FIRST, now=START))
    wrong("parent_name", lambda: move_unit(session, operator, one, schools[1], FIRST, now=START))
    wrong(
        "other_name",
        lambda: merge_units(session, operator, Merger((one, one), 1, None, "新"), FIRST, now=START),
    )
    upside_down = Merger((county.unit_id, one), 140, one)
    wrong("other_name", lambda: merge_units(session, operator, upside_down, FIRST, now=START))
    twice = [UnitPart("甲", 1), UnitPart("甲", 2)]
    wrong("part_1_name", lambda: split_unit(session, operator, one, twice, FIRST, now=START))
    with pytest.raises(UnitNameTaken):
        rename(name="二小")
    parts = [UnitPart("甲", 1), UnitPart("乙", 2)]
    with pytest.raises(HasSubordinates):
        split_unit(session, operator, county.unit_id, parts, FIRST, now=START)
    rename()
    with pytest.raises(ChangedSince):
        rename(name="更新")
    assert get_unit(session, one).name == "新"


def test_case_09_a_headcount_approved_on_that_day_is_not_overwritten(session, county, schools):
    change = HeadcountChange(41, JULY, "调入")
    revise_headcount(session, county.operator, schools[0], change, now=START)
    merger = Merger((schools[0], schools[1]), 70, None, "中心小学")
    with pytest.raises(HeadcountDayTaken):
        merge_units(session, county.operator, merger, FIRST, now=START)
