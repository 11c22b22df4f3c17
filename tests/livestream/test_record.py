"""A session is started and ended once, with its record, which only grows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from marketplace.core.errors import Forbidden, NotFound
from marketplace.core.paging import PageRequest
from marketplace.livestream.commands.offers import (
    change_talk,
    move_offer,
    remove_offer,
)
from marketplace.livestream.commands.record import (
    correct_record,
    end_due,
    end_session,
    note_recording,
    start_session,
)
from marketplace.livestream.commands.sessions import (
    cancel_session,
)
from marketplace.livestream.models import SessionEntry
from marketplace.livestream.queries.record import list_entries
from marketplace.livestream.queries.sessions import get_public, get_view, list_public, offers_of
from marketplace.livestream.rules.sessions import (
    AnotherLive,
    HostSuspended,
    NothingToSell,
    Recording,
    Talk,
    TooEarly,
    WrongState,
    kept_until,
)
from tests.county import START
from tests.livestream.planning import (
    EVENING,
    SOON,
    added,
    entries,
    offered,
    planned,
    suspend,
    told,
    untrust,
)
from tests.livestream.sessions import a_host
from tests.races.crowd import all_at_once

RECORDING = Recording("https://live.example/2026/1123", "a" * 64)


@pytest.fixture
def host(session, county):
    return a_host(session)


@pytest.fixture
def live(session, county, host):
    """Held: one product at the plan's rate."""
    offered(session, county)
    made = planned(session, host)
    added(session, host, made, county.mushrooms)
    return start_session(session, host[1], made.id, SOON)


def test_a_session_starts_within_half_an_hour_of_its_time_with_something_to_sell(
    session, county, host
):
    made = planned(session, host)
    with pytest.raises(TooEarly):
        start_session(session, host[1], made.id, SOON - timedelta(seconds=1))
    with pytest.raises(NothingToSell):
        start_session(session, host[1], made.id, SOON)
    added(session, host, made, county.mushrooms)
    assert start_session(session, host[1], made.id, SOON).started_at == SOON


def test_the_start_freezes_goods_prices_and_identities(session, county, host, live):
    facts = next(one.facts for one in list_entries(session, live.id) if one.kind == "STARTED")
    assert facts["host"] == {"id": host[0], "name": "云霞说山货", "code": "YUNXIA"}
    assert facts["started_by"] == "host"
    (goods,) = facts["goods"]
    assert goods["name"] == "椴木香菇"
    assert goods["packs"] == [{"name": "500 克", "price_fen": 6_403}]
    assert goods["producer"]["name"] == "会沟村食用菌合作社"
    assert len(goods["producer"]["uscc"]) == 18
    assert goods["certificate"].startswith("鄂扶")
    assert (goods["rate_ppm"], goods["agreement"]) == (100_000, "AGREED")
    assert goods["plan"]["kind"] == "OPEN"


def test_a_second_start_or_end_changes_nothing(session, host, live):
    later = SOON + timedelta(hours=1)
    assert start_session(session, host[1], live.id, later).started_at == SOON
    assert end_session(session, host[1], live.id, later).ended_at == later
    again = later + timedelta(hours=1)
    assert end_session(session, host[1], live.id, again).ended_at == later
    assert start_session(session, host[1], live.id, again).state == "ENDED"
    assert entries(session, live).count("STARTED") == 1
    assert entries(session, live).count("ENDED") == 1


def test_a_session_that_never_started_does_not_end(session, county, host):
    made = planned(session, host)
    with pytest.raises(WrongState):
        end_session(session, host[1], made.id, SOON)
    cancel_session(session, host[1], made.id, "主播生病", START)
    cancel_session(session, host[1], made.id, "主播生病", START)
    assert entries(session, made) == ["PLANNED", "CANCELLED"]
    with pytest.raises(WrongState):
        start_session(session, host[1], made.id, SOON)
    assert get_public(session, made.id).state == "CANCELLED"
    assert list_public(session, PageRequest(1, 20)).items == []


def test_producers_hear_once_that_a_session_is_called_off(session, county, host):
    offered(session, county)
    made = planned(session, host)
    added(session, host, made, county.mushrooms)
    for _ in range(2):
        cancel_session(session, host[1], made.id, "主播生病", START)
    assert told(session, county.clerk).count("session_cancelled") == 1
    assert "session_cancelled" not in told(session, county.other_clerk)


def test_what_is_live_is_neither_changed_nor_called_off(session, county, host, live):
    offer = offers_of(session, [live.id])[0]
    for act in (
        lambda: added(session, host, live, county.oil),
        lambda: remove_offer(session, host[1], offer.id, SOON),
        lambda: change_talk(session, host[1], offer.id, Talk(minutes=3), SOON),
        lambda: move_offer(session, host[1], offer.id, 1),
        lambda: cancel_session(session, host[1], live.id, "不播了", SOON),
    ):
        with pytest.raises(WrongState):
            act()


def test_a_suspended_host_starts_nothing(session, county, host):
    made = planned(session, host)
    added(session, host, made, county.mushrooms)
    suspend(session, host[0])
    with pytest.raises(HostSuspended):
        start_session(session, host[1], made.id, SOON)
    assert list_public(session, page()).items == []


def page():
    from marketplace.core.paging import PageRequest

    return PageRequest.of(1)


def test_others_may_not_start_it_and_before_the_check_not_even_know_of_it(session, county, host):
    made = planned(session, host)
    other = a_host(session, "AHUA", "ahua@test")[1]
    for who in (other, county.operator, county.shopper):
        with pytest.raises(Forbidden):
            start_session(session, who, made.id, SOON)
    untrust(session, host[0])
    waits = planned(session, host)
    for who in (other, county.shopper):
        with pytest.raises(NotFound):
            start_session(session, who, waits.id, SOON)
        with pytest.raises(NotFound):
            get_view(session, who, waits.id)
    with pytest.raises(Forbidden):
        start_session(session, county.operator, waits.id, SOON)
    with pytest.raises(NotFound):
        start_session(session, host[1], 999, SOON)


def test_one_session_of_a_host_is_live_at_a_time(session, county, host, live):
    second = planned(session, host)
    added(session, host, second, county.oil)
    with pytest.raises(AnotherLive):
        start_session(session, host[1], second.id, SOON)
    end_session(session, host[1], live.id, SOON)
    assert start_session(session, host[1], second.id, SOON).state == "LIVE"


def test_of_many_sessions_started_at_once_one_is_live(session, engine, county, host):
    made = [planned(session, host) for _ in range(6)]
    for one in made:
        added(session, host, one, county.mushrooms)
    session.commit()

    def start(mine, place: int) -> None:
        start_session(mine, host[1], made[place].id, SOON)

    assert sorted(all_at_once(engine, 6, start)) == ["done", *[AnotherLive.code] * 5]


def test_started_by_two_people_at_once_it_is_started_once(session, engine, county, host):
    made = planned(session, host)
    added(session, host, made, county.mushrooms)
    session.commit()

    def start(mine, place: int) -> None:
        start_session(mine, host[1], made.id, SOON)

    assert all_at_once(engine, 6, start) == ["done"] * 6
    assert entries(session, made).count("STARTED") == 1


def test_a_session_left_open_is_ended_two_hours_after_its_plan(session, county, host, live):
    due = EVENING.ends_at + timedelta(hours=2)
    assert end_due(session, due - timedelta(seconds=1)) == 0
    assert end_due(session, due) == 1
    assert end_due(session, due) == 0
    (entry, *_) = list_entries(session, live.id)
    assert (entry.kind, entry.who, live.ended_at) == ("ENDED", None, due)
    assert entry.facts["ended_by"] is None
    assert entry.facts["goods"]


def test_the_recording_and_corrections_are_entries(session, county, host, live):
    with pytest.raises(WrongState):
        note_recording(session, host[1], live.id, RECORDING, SOON)
    end_session(session, host[1], live.id, SOON)
    note_recording(session, host[1], live.id, RECORDING, SOON)
    note_recording(session, host[1], live.id, RECORDING, SOON)
    note_recording(session, host[1], live.id, replace(RECORDING, sha256="b" * 64), SOON)
    started = next(one for one in list_entries(session, live.id) if one.kind == "STARTED")
    words = (started.id, "现场口播价是 64 元")
    correct_record(session, host[1], live.id, words, SOON)
    correct_record(session, host[1], live.id, words, SOON)
    correct_record(session, county.operator, live.id, (None, "已核对"), SOON)
    found = list(reversed(list_entries(session, live.id)))
    kinds = [one.kind for one in found]
    assert kinds[-4:] == ["RECORDED", "RECORDED", "CORRECTED", "CORRECTED"]
    assert found[-2].facts == {"about": started.id}
    for who in (county.clerk, county.auditor):
        with pytest.raises(Forbidden):
            correct_record(session, who, live.id, words, SOON)
    with pytest.raises(NotFound):
        correct_record(session, host[1], live.id, (999, "没有这一条"), SOON)


def test_an_entry_is_never_rewritten(session, live):
    session.commit()
    for statement in ("UPDATE session_entry SET words = 'x'", "DELETE FROM session_entry"):
        with pytest.raises(DatabaseError):
            session.execute(text(statement))
        session.rollback()
    assert session.scalar(select(func.count()).select_from(SessionEntry)) == 3


@pytest.mark.parametrize(
    ("ended", "until"),
    [
        (datetime(2026, 11, 23, tzinfo=UTC), datetime(2029, 11, 23, tzinfo=UTC)),
        (datetime(2028, 2, 29, tzinfo=UTC), datetime(2031, 3, 1, tzinfo=UTC)),
    ],
)
def test_a_record_is_kept_for_three_years(ended, until):
    assert kept_until(ended) == until
