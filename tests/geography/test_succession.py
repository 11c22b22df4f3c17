"""Villages that end, those that take them over, and the days on which a village was poor."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from marketplace.audit.models import AuditEntry
from marketplace.core.errors import InvalidInput, NotFound
from marketplace.geography import queries
from marketplace.geography.commands import (
    abolish_village,
    end_listing,
    list_as_poor,
    load_divisions,
    succeed_village,
)
from marketplace.geography.models import Village
from marketplace.geography.rules import (
    AlreadyListed,
    LastDayTooEarly,
    Span,
    SuccessionCircle,
    VillageAbolished,
)
from tests.conftest import NOON

DAY = date(2026, 1, 1)
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
    abolish_village(session, None, code, DAY, now=NOON)
    return succeed_village(session, None, code, successor_code, now=NOON)


def test_an_abolished_village_stays_and_is_no_longer_offered(land):
    abolish_village(land, None, FIRST, DAY, now=NOON)
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
    abolish_village(land, None, FIRST, DAY, now=NOON)
    assert queries.current_village(land, FIRST).code == FIRST


def test_a_village_cannot_be_succeeded_by_itself_or_by_one_it_took_over(land):
    abolish_village(land, None, FIRST, DAY, now=NOON)
    with pytest.raises(SuccessionCircle):
        succeed_village(land, None, FIRST, FIRST, now=NOON)
    succeed_village(land, None, FIRST, SECOND, now=NOON)
    abolish_village(land, None, SECOND, DAY, now=NOON)
    with pytest.raises(SuccessionCircle):
        succeed_village(land, None, SECOND, FIRST, now=NOON)


def test_a_village_that_is_no_more_takes_nothing_over(land):
    abolish_village(land, None, FIRST, DAY, now=NOON)
    abolish_village(land, None, SECOND, DAY, now=NOON)
    with pytest.raises(VillageAbolished):
        succeed_village(land, None, FIRST, SECOND, now=NOON)


def test_a_village_that_exists_has_no_successor(land):
    with pytest.raises(InvalidInput):
        succeed_village(land, None, FIRST, SECOND, now=NOON)
    with pytest.raises(NotFound):
        succeed_village(land, None, FIRST, "999999999999", now=NOON)


def test_the_database_itself_refuses_a_successor_without_a_date(land):
    queries.get_village(land, FIRST).successor_code = SECOND
    with pytest.raises(IntegrityError):
        land.flush()


def test_a_village_with_a_listing_cannot_be_deleted(land):
    list_as_poor(land, FIRST, Span(DAY), "示例")
    land.commit()
    with pytest.raises(IntegrityError):
        land.execute(delete(Village).where(Village.code == FIRST))


def test_each_step_is_in_the_trail_once(land):
    succeed(land, FIRST, SECOND)
    abolish_village(land, None, FIRST, DAY, now=NOON)
    trail = land.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.action, entry.object_id) for entry in trail] == [
        ("village.abolished", FIRST),
        ("village.succeeded", FIRST),
    ]
    assert trail[1].after == {"abolished_on": "2026-01-01", "successor_code": SECOND}


def test_a_village_is_poor_from_the_first_to_the_last_day(land):
    list_as_poor(land, FIRST, Span(date(2014, 1, 1), date(2020, 4, 21)), "示例")
    asked = [date(2013, 12, 31), date(2014, 1, 1), date(2020, 4, 21), date(2020, 4, 22)]
    assert [queries.is_poor_on(land, FIRST, day) for day in asked] == [False, True, True, False]
    assert queries.list_poor_codes(land, date(2020, 1, 1)) == {FIRST}
    assert queries.list_poor_codes(land, date(2021, 1, 1)) == frozenset()


def test_a_listing_goes_on_until_it_is_ended(land):
    list_as_poor(land, FIRST, Span(date(2014, 1, 1)), "示例")
    assert queries.is_poor_on(land, FIRST, date(2026, 1, 1))
    with pytest.raises(LastDayTooEarly):
        end_listing(land, FIRST, date(2013, 1, 1))
    end_listing(land, FIRST, date(2020, 4, 21))
    assert not queries.is_poor_on(land, FIRST, date(2026, 1, 1))
    with pytest.raises(InvalidInput):
        end_listing(land, FIRST, date(2020, 4, 21))


def test_the_same_listing_again_changes_nothing_and_another_may_not_overlap(land):
    span = Span(date(2014, 1, 1), date(2020, 4, 21))
    first = list_as_poor(land, FIRST, span, "示例")
    assert list_as_poor(land, FIRST, span, "示例") is first
    with pytest.raises(AlreadyListed):
        list_as_poor(land, FIRST, Span(date(2020, 4, 21)), "示例")
    list_as_poor(land, FIRST, Span(date(2020, 4, 22)), "示例")
    assert len(queries.list_poor_listings(land, FIRST)) == 2


def test_a_listing_does_not_end_before_it_begins(land):
    with pytest.raises(LastDayTooEarly):
        list_as_poor(land, FIRST, Span(date(2020, 1, 2), date(2020, 1, 1)), "示例")


@given(spans, spans)
def test_spans_overlap_when_they_share_a_day(one, other):
    last = date(2040, 1, 1)
    shared = max(one.first, other.first) <= min(one.last or last, other.last or last)
    assert one.overlaps(other) == other.overlaps(one) == shared
