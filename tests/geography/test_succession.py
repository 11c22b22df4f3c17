"""Villages that end, those that take them over, and the days on which a village was poor."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from marketplace.audit.models import AuditEntry
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.core.identity import Role, Standing
from marketplace.core.paging import PageRequest
from marketplace.geography import queries
from marketplace.geography.commands import (
    abolish_village,
    end_listing,
    list_as_poor,
    load_divisions,
    succeed_village,
)
from marketplace.geography.models import Village
from marketplace.geography.queries.register import (
    RegisterWish,
    get_registered,
    list_register,
    list_steps,
)
from marketplace.geography.rules import (
    AlreadyListed,
    LastDayTooEarly,
    Span,
    SuccessionCircle,
    VillageAbolished,
)
from tests.conftest import NOON
from tests.county import OFFICIAL

DAY = date(2026, 1, 1)
TOMORROW = date(2026, 11, 24)
PAPER = "区政函〔2026〕3 号"
FIRST = "420304101200"
SECOND = "420304101201"
THIRD = "420304101202"
days = st.dates(date(2010, 1, 1), date(2030, 1, 1))
spans = st.tuples(days, st.none() | st.integers(0, 900)).map(
    lambda drawn: Span(
        drawn[0], None if drawn[1] is None else date.fromordinal(drawn[0].toordinal() + drawn[1])
    )
)


@pytest.fixture
def land(session):
    load_divisions(session)
    return session


def succeed(session, code, successor_code):
    abolish_village(session, OFFICIAL, code, (DAY, PAPER), NOON)
    return succeed_village(session, OFFICIAL, code, (successor_code, PAPER), NOON)


def test_an_abolished_village_stays_and_is_no_longer_offered(land):
    abolish_village(land, OFFICIAL, FIRST, (DAY, PAPER), NOON)
    assert queries.get_village(land, FIRST).abolished_on == DAY
    assert FIRST not in [village.code for village in queries.list_villages(land)]
    everyone = queries.list_villages(land, with_abolished=True)
    assert FIRST in [village.code for village in everyone]


def test_the_village_of_today_is_found_through_any_number_of_successions(land):
    succeed(land, FIRST, SECOND)
    succeed(land, SECOND, THIRD)
    assert queries.current_village(land, FIRST).code == THIRD
    assert queries.current_codes(land, [FIRST, SECOND, THIRD]) == {
        FIRST: THIRD,
        SECOND: THIRD,
        THIRD: THIRD,
    }
    assert queries.list_predecessors(land, THIRD) == [FIRST, SECOND]


def test_an_abolished_village_without_successor_stands_for_itself(land):
    abolish_village(land, OFFICIAL, FIRST, (DAY, PAPER), NOON)
    assert queries.current_village(land, FIRST).code == FIRST


def test_a_village_cannot_be_succeeded_by_itself_or_by_one_it_took_over(land):
    abolish_village(land, OFFICIAL, FIRST, (DAY, PAPER), NOON)
    with pytest.raises(SuccessionCircle):
        succeed_village(land, OFFICIAL, FIRST, (FIRST, PAPER), NOON)
    succeed_village(land, OFFICIAL, FIRST, (SECOND, PAPER), NOON)
    abolish_village(land, OFFICIAL, SECOND, (DAY, PAPER), NOON)
    with pytest.raises(SuccessionCircle):
        succeed_village(land, OFFICIAL, SECOND, (FIRST, PAPER), NOON)


def test_a_village_that_is_no_more_takes_nothing_over(land):
    abolish_village(land, OFFICIAL, FIRST, (DAY, PAPER), NOON)
    abolish_village(land, OFFICIAL, SECOND, (DAY, PAPER), NOON)
    with pytest.raises(VillageAbolished):
        succeed_village(land, OFFICIAL, FIRST, (SECOND, PAPER), NOON)


def test_a_village_that_exists_has_no_successor(land):
    with pytest.raises(InvalidInput):
        succeed_village(land, OFFICIAL, FIRST, (SECOND, PAPER), NOON)


@pytest.mark.parametrize("code", ["999999999999", "420305101200", "会沟村", ""])
def test_what_is_no_village_of_the_area_takes_nothing_over(land, code):
    abolish_village(land, OFFICIAL, FIRST, (DAY, PAPER), NOON)
    with pytest.raises(InvalidInput) as refusal:
        succeed_village(land, OFFICIAL, FIRST, (code, PAPER), NOON)
    assert [error.field for error in refusal.value.errors] == ["successor"]


def test_the_database_itself_refuses_a_successor_without_a_date(land):
    queries.get_village(land, FIRST).successor_code = SECOND
    with pytest.raises(IntegrityError):
        land.flush()


def test_a_village_with_a_listing_cannot_be_deleted(land):
    list_as_poor(land, OFFICIAL, FIRST, (Span(DAY), PAPER), NOON)
    land.commit()
    with pytest.raises(IntegrityError):
        land.execute(delete(Village).where(Village.code == FIRST))


def test_each_step_is_in_the_trail_once(land):
    succeed(land, FIRST, SECOND)
    abolish_village(land, OFFICIAL, FIRST, (DAY, PAPER), NOON)
    trail = land.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.action, entry.object_id) for entry in trail] == [
        ("village.abolished", FIRST),
        ("village.succeeded", FIRST),
    ]
    assert trail[1].before == {"abolished_on": "2026-01-01", "successor_code": None}
    assert trail[1].after == {
        "abolished_on": "2026-01-01",
        "successor_code": SECOND,
        "reason": PAPER,
    }
    assert trail[1].actor_id == OFFICIAL.person_id


def test_the_day_and_the_successor_are_corrected_with_a_trail(land):
    succeed(land, FIRST, SECOND)
    abolish_village(land, OFFICIAL, FIRST, (date(2026, 1, 2), "更正"), NOON)
    succeed_village(land, OFFICIAL, FIRST, (THIRD, "更正"), NOON)
    steps = list_steps(land, FIRST)
    assert [(step.from_on, step.successor_code, step.reason) for step in steps[:2]] == [
        (date(2026, 1, 2), THIRD, "更正"),
        (date(2026, 1, 2), SECOND, "更正"),
    ]
    assert queries.current_village(land, FIRST).code == THIRD


def test_nothing_is_told_of_a_day_to_come(land):
    told: list[tuple[Any, Any]] = [
        (abolish_village, TOMORROW),
        (list_as_poor, Span(TOMORROW)),
        (list_as_poor, Span(DAY, TOMORROW)),
        (end_listing, TOMORROW),
    ]
    for tell, content in told:
        with pytest.raises(InvalidInput):
            tell(land, OFFICIAL, FIRST, (content, PAPER), NOON)


def test_only_operators_of_the_county_keep_the_register(land):
    auditor = replace(OFFICIAL, standings=(Standing("CENTRE", 1, Role.AUDITOR, "420304"),))
    next_door = replace(OFFICIAL, standings=(Standing("CENTRE", 2, Role.OPERATOR, "420305"),))
    told: list[tuple[Any, Any]] = [
        (abolish_village, DAY),
        (succeed_village, SECOND),
        (list_as_poor, Span(DAY)),
        (end_listing, DAY),
    ]
    for tell, content in told:
        with pytest.raises(Forbidden):
            tell(land, auditor, FIRST, (content, PAPER), NOON)
        with pytest.raises(NotFound):
            tell(land, next_door, FIRST, (content, PAPER), NOON)
    assert list_steps(land, FIRST) == []


def test_a_village_that_is_no_more_does_not_become_poor(land):
    abolish_village(land, OFFICIAL, FIRST, (DAY, PAPER), NOON)
    with pytest.raises(VillageAbolished):
        list_as_poor(land, OFFICIAL, FIRST, (Span(DAY), PAPER), NOON)
    list_as_poor(land, OFFICIAL, FIRST, (Span(date(2025, 12, 31)), PAPER), NOON)


def test_the_register_is_found_by_words_and_by_state(land):
    def found(words="", state=""):
        wish = RegisterWish("420304", words, state)
        return [one.code for one in list_register(land, wish, PageRequest(), NOON.date()).items]

    succeed(land, FIRST, SECOND)
    list_as_poor(land, OFFICIAL, SECOND, (Span(date(2014, 1, 1), DAY), PAPER), NOON)
    list_as_poor(land, OFFICIAL, THIRD, (Span(date(2014, 1, 1)), PAPER), NOON)
    assert found(state="gone") == [FIRST]
    assert found(state="poor") == [THIRD]
    assert found(state="ever_poor") == [SECOND, THIRD]
    assert found(FIRST) == [FIRST]
    assert found("%") == []
    name = queries.get_village(land, THIRD).name
    township = queries.places_of(land, [THIRD])[THIRD].township_name
    assert THIRD in found(name)
    assert found(township + name) == [THIRD]
    registered = get_registered(land, "420304", FIRST)
    assert (registered.successor_code, registered.is_listed) == (SECOND, False)
    assert get_registered(land, "420304", THIRD).is_listed
    with pytest.raises(NotFound):
        get_registered(land, "420305", FIRST)


def test_a_village_is_poor_from_the_first_to_the_last_day(land):
    list_as_poor(land, OFFICIAL, FIRST, (Span(date(2014, 1, 1), date(2020, 4, 21)), PAPER), NOON)
    asked = [date(2013, 12, 31), date(2014, 1, 1), date(2020, 4, 21), date(2020, 4, 22)]
    listed = [FIRST in queries.list_poor_codes(land, day) for day in asked]
    assert listed == [False, True, True, False]
    assert queries.list_poor_codes(land, date(2020, 1, 1)) == {FIRST}
    assert queries.list_poor_codes(land, date(2021, 1, 1)) == frozenset()


def test_a_listing_and_its_end_are_in_the_trail(land):
    list_as_poor(land, OFFICIAL, FIRST, (Span(date(2014, 1, 1)), "名单"), NOON)
    end_listing(land, OFFICIAL, FIRST, (date(2020, 4, 21), "公告"), NOON)
    trail = land.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(one.action, one.object_kind, one.object_id) for one in trail] == [
        ("village.listed", "village", FIRST),
        ("village.listing_ended", "village", FIRST),
    ]
    assert trail[1].before == {"listed_from": "2014-01-01", "listed_until": None}
    assert trail[1].after == {
        "listed_from": "2014-01-01",
        "listed_until": "2020-04-21",
        "reason": "公告",
    }


def test_a_listing_goes_on_until_it_is_ended(land):
    list_as_poor(land, OFFICIAL, FIRST, (Span(date(2014, 1, 1)), PAPER), NOON)
    assert FIRST in queries.list_poor_codes(land, date(2026, 1, 1))
    with pytest.raises(LastDayTooEarly):
        end_listing(land, OFFICIAL, FIRST, (date(2013, 1, 1), PAPER), NOON)
    end_listing(land, OFFICIAL, FIRST, (date(2020, 4, 21), PAPER), NOON)
    assert FIRST not in queries.list_poor_codes(land, date(2026, 1, 1))
    with pytest.raises(InvalidInput):
        end_listing(land, OFFICIAL, FIRST, (date(2020, 4, 21), PAPER), NOON)


def test_the_same_listing_again_changes_nothing_and_another_may_not_overlap(land):
    span = Span(date(2014, 1, 1), date(2020, 4, 21))
    first = list_as_poor(land, OFFICIAL, FIRST, (span, PAPER), NOON)
    assert list_as_poor(land, OFFICIAL, FIRST, (span, PAPER), NOON) is first
    with pytest.raises(AlreadyListed):
        list_as_poor(land, OFFICIAL, FIRST, (Span(date(2020, 4, 21)), PAPER), NOON)
    list_as_poor(land, OFFICIAL, FIRST, (Span(date(2020, 4, 22)), PAPER), NOON)
    assert len(queries.list_poor_listings(land, FIRST)) == 2


def test_a_listing_does_not_end_before_it_begins(land):
    with pytest.raises(LastDayTooEarly):
        list_as_poor(land, OFFICIAL, FIRST, (Span(date(2020, 1, 2), date(2020, 1, 1)), PAPER), NOON)


@given(spans, spans)
def test_spans_overlap_when_they_share_a_day(one, other):
    last = date(2040, 1, 1)
    shared = max(one.first, other.first) <= min(one.last or last, other.last or last)
    assert one.overlaps(other) == other.overlaps(one) == shared
