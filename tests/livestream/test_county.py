"""The county's rule: versions that never change, and the one that holds at an instant."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from marketplace.core.clock import start_of
from marketplace.core.errors import Forbidden, InvalidInput
from marketplace.livestream.commands.county import decide_rule
from marketplace.livestream.queries.claims import USUAL, rule_at
from marketplace.livestream.queries.county import in_force_of, list_versions
from marketplace.livestream.rules.county import RuleChanged, RuleWish
from tests.county import START
from tests.races.crowd import all_at_once

TODAY = date(2026, 11, 23)
WISH = RuleWish(3, 12, True, False, TODAY, "短一些", 0)
AREA = "420304"


def test_a_version_holds_from_its_instant_on(session, county):
    decide_rule(session, county.operator, AREA, WISH, START)
    later = replace(WISH, window_days=9, from_on=date(2027, 1, 1), seen_version=1)
    decide_rule(session, county.operator, AREA, later, START)
    new_year = start_of(date(2027, 1, 1))
    assert rule_at(session, AREA, START - timedelta(seconds=1)) == USUAL
    assert rule_at(session, AREA, START).window == timedelta(days=3)
    assert rule_at(session, AREA, new_year - timedelta(seconds=1)).window == timedelta(days=3)
    assert rule_at(session, AREA, new_year).window == timedelta(days=9)
    versions = list_versions(session, AREA)
    assert [one.version for one in versions] == [2, 1]
    holding = in_force_of(versions, START)
    assert holding is not None
    assert holding.version == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"window_days": -1}, "window_days"),
        ({"window_days": 91}, "window_days"),
        ({"grace_hours": 721}, "grace_hours"),
        ({"from_on": TODAY - timedelta(days=1)}, "from_on"),
        ({"from_on": TODAY + timedelta(days=400)}, "from_on"),
    ],
)
def test_a_version_that_cannot_be_is_named(session, county, changes, field):
    with pytest.raises(InvalidInput) as wrong:
        decide_rule(session, county.operator, AREA, replace(WISH, **changes), START)
    assert [error.field for error in wrong.value.errors] == [field]


def test_only_the_operator_decides(session, county):
    for who in (county.auditor, county.clerk, county.shopper):
        with pytest.raises(Forbidden):
            decide_rule(session, who, AREA, WISH, START)


def test_of_two_who_decide_at_once_one_looks_again(session, engine, county):
    session.commit()

    def decide(mine, place: int) -> None:
        decide_rule(mine, county.operator, AREA, replace(WISH, window_days=place), START)

    assert sorted(all_at_once(engine, 5, decide)) == ["done", *[RuleChanged.code] * 4]
    assert len(list_versions(session, AREA)) == 1
