"""Every night looks at the days that are over; the past is looked at again under a new version."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from marketplace.core.clock import day_of
from marketplace.core.errors import Forbidden, InvalidInput
from marketplace.core.identity import Role
from marketplace.outbox.models import OutboxMessage
from marketplace.oversight import commands
from marketplace.oversight.models import Signal, SignalCursor, SignalReplay, SignalRule
from marketplace.oversight.queries.trial import try_out
from marketplace.oversight.queries.versions import (
    get_version,
    list_replays,
    list_versions,
    versions_now,
)
from marketplace.oversight.rules.kinds import THRESHOLDS, Kind, Measure, first_thresholds
from marketplace.oversight.rules.states import RuleChanged, RuleUnchanged
from tests.county import START, goods
from tests.ordering.steps import placed
from tests.races.crowd import all_at_once

ONE_DAY = timedelta(days=1)
TODAY = day_of(START)
STRICT = {"within_fen": 0, "least_fen": 6_000_000}
WIDE = {"within_fen": 500_000, "least_fen": 100_000}


def waiting(session):
    wanted = select(OutboxMessage).where(
        OutboxMessage.job == commands.LOOK_JOB, OutboxMessage.done_at.is_(None)
    )
    return session.scalars(wanted.order_by(OutboxMessage.id)).all()


def work(session, now):
    """What the worker does with all messages, until there are none; how many there were."""
    done = 0
    while messages := waiting(session):
        for message in messages:
            commands.look_on(session, message.payload, now)
            message.done_at = now
            done += 1
        session.flush()
    return done


def keys(session, **facts):
    return sorted(session.scalars(select(Signal.key).filter_by(**facts)))


@pytest.fixture
def exact(session, county):
    crate = goods(session, county.producer_id, "整箱香菇", 500_000)
    _purchase, (order,) = placed(session, county, county.wish((crate, 10)))
    return order


def test_where_nothing_was_ordered_nothing_is_looked_at(session, county):
    assert commands.begin_look(session, START + ONE_DAY) == 0


def test_a_night_looks_at_the_days_that_are_over_once(session, county, exact):
    assert commands.begin_look(session, START) == 0
    night = START + ONE_DAY
    assert commands.begin_look(session, night) == len(Kind)
    assert commands.begin_look(session, night) == 0
    assert work(session, night) == len(Kind)
    assert keys(session) == [f"purchase:{exact.purchase_id}"]
    assert set(session.scalars(select(SignalCursor.looked_until))) == {TODAY + ONE_DAY}
    assert commands.begin_look(session, night + timedelta(hours=1)) == 0


def test_days_that_were_missed_are_looked_at_month_by_month(session, county, exact):
    later = START + 45 * ONE_DAY
    assert commands.begin_look(session, later) == len(Kind)
    assert work(session, later) == 3 * len(Kind)
    assert set(session.scalars(select(SignalCursor.looked_until))) == {TODAY + 45 * ONE_DAY}
    cursor = session.get_one(SignalCursor, "EXACT_GAP")
    commands.look_on(
        session,
        {
            "kind": "EXACT_GAP",
            "version": 1,
            "from_on": TODAY.isoformat(),
            "until_on": (TODAY + ONE_DAY).isoformat(),
            "once": "late",
        },
        later,
    )
    assert cursor.looked_until == TODAY + 45 * ONE_DAY
    assert len(keys(session)) == 1


def test_a_version_holds_from_when_it_is_published_with_its_reason(session, county, exact):
    assert versions_now(session)[Kind.EXACT_GAP].version == 1
    given = (STRICT, "小单不看")
    assert commands.publish_thresholds(session, county.operator, Kind.EXACT_GAP, given, START) == 2
    assert commands.publish_thresholds(session, county.operator, Kind.EXACT_GAP, given, START) == 2
    newest, first = list_versions(session, Kind.EXACT_GAP)
    assert (newest.version, dict(newest.thresholds), newest.reason) == (2, STRICT, "小单不看")
    assert (first.version, first.who) == (1, "")
    assert dict(first.thresholds) == first_thresholds(Kind.EXACT_GAP)
    night = START + ONE_DAY
    commands.begin_look(session, night)
    work(session, night)
    assert keys(session) == []


def test_of_two_who_publish_at_once_one_looks_again(session, engine, county):
    session.commit()
    wished = (STRICT, WIDE)

    def publish(mine, place: int) -> None:
        given = (wished[place % 2], "例会决定")
        commands.publish_thresholds(mine, county.operator, Kind.EXACT_GAP, given, START)

    outcomes = all_at_once(engine, 8, publish)
    assert set(outcomes) <= {"done", RuleChanged.code}
    numbers = [one.version for one in list_versions(session, Kind.EXACT_GAP)]
    assert numbers == list(range(len(numbers), 0, -1))
    assert len(numbers) > 1


def test_the_same_thresholds_are_no_new_version_and_only_operators_publish(session, county):
    same = (first_thresholds(Kind.SHARED), "再说一次")
    with pytest.raises(RuleUnchanged):
        commands.publish_thresholds(session, county.operator, Kind.SHARED, same, START)
    for other in (county.auditor, county.buyer, county.clerk):
        assert not other.is_in_centre(Role.OPERATOR)
        with pytest.raises(Forbidden):
            commands.publish_thresholds(session, other, Kind.SHARED, ({}, "x"), START)
        with pytest.raises(Forbidden):
            commands.replay(session, other, Kind.SHARED, TODAY, START + ONE_DAY)
    assert session.scalars(select(SignalRule)).all() == []


def test_a_threshold_that_came_later_has_its_first_value_in_older_versions(session, county):
    session.add(
        SignalRule(
            kind="SHARED",
            version=2,
            thresholds={"digits": 8},
            from_at=START,
            decided_by=county.operator.person_id,
            reason="旧",
        )
    )
    session.flush()
    assert dict(get_version(session, Kind.SHARED, 2).thresholds) == {"digits": 8, "names": 1}


def test_a_replay_finds_under_the_new_version_and_leaves_what_the_old_one_found(
    session, county, exact
):
    crate = goods(session, county.producer_id, "大箱香菇", 4_600_000)
    _purchase, (near,) = placed(session, county, county.wish((crate, 1)))
    later = START + 40 * ONE_DAY
    commands.look_back(session, later)
    commands.publish_thresholds(session, county.operator, Kind.EXACT_GAP, (WIDE, "放宽"), later)
    asked = commands.replay(session, county.operator, Kind.EXACT_GAP, date(2020, 1, 1), later)
    assert commands.replay(session, county.operator, Kind.EXACT_GAP, TODAY, later) is asked
    assert asked.from_on == TODAY
    assert work(session, later) == 3
    assert keys(session, kind="EXACT_GAP", version=1) == [f"purchase:{exact.purchase_id}"]
    both = sorted(f"purchase:{one.purchase_id}" for one in (exact, near))
    assert keys(session, kind="EXACT_GAP", version=2) == both
    (shown,) = list_replays(session, Kind.EXACT_GAP)
    assert (shown.found, shown.version, shown.looked_until) == (2, 2, day_of(later))
    assert shown.done_at == later
    assert session.get_one(SignalCursor, "EXACT_GAP").looked_until == day_of(later)
    again = commands.replay(session, county.operator, Kind.EXACT_GAP, TODAY, later)
    assert again.id != asked.id
    work(session, later)
    assert session.get_one(SignalReplay, again.id).found == 0


def test_the_past_does_not_begin_today(session, county, exact):
    with pytest.raises(InvalidInput):
        commands.replay(session, county.operator, Kind.EXACT_GAP, TODAY, START)


def test_a_trial_counts_and_writes_nothing(session, county, exact):
    crate = goods(session, county.producer_id, "大箱香菇", 4_600_000)
    placed(session, county, county.wish((crate, 1)))
    later = START + 40 * ONE_DAY
    commands.look_back(session, later)
    before = len(keys(session))
    wide = try_out(session, (Kind.EXACT_GAP, WIDE), 1, day_of(later))
    assert (wide.found, wide.fresh, wide.gone, wide.is_whole) == (2, 1, 0, True)
    strict = try_out(session, (Kind.EXACT_GAP, STRICT), 1, day_of(later))
    assert (strict.found, strict.fresh, strict.gone) == (0, 0, 1)
    assert len(keys(session)) == before


def test_a_trial_ends_when_its_time_is_over_and_says_so(session, county, exact):
    ticks = iter(range(0, 100, 3))
    later = START + 40 * ONE_DAY
    tried = try_out(
        session, (Kind.EXACT_GAP, WIDE), 1, day_of(later), ticks=lambda: float(next(ticks))
    )
    assert not tried.is_whole
    assert tried.from_on == date(2027, 1, 1)
    assert tried.found == 0


def test_every_first_threshold_is_within_its_bounds():
    for kind, thresholds in THRESHOLDS.items():
        assert len({one.name for one in thresholds}) == len(thresholds), kind
        for one in thresholds:
            assert one.least <= one.first <= one.most, (kind, one.name)
            if one.measure == Measure.PPM:
                assert one.first % 100 == one.least % 100 == one.most % 100 == 0
