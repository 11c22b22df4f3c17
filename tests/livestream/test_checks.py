"""The county looks at sessions before they start, and is warned of what may be wrong."""

from dataclasses import replace

import pytest

from marketplace.catalogue.commands import withdraw
from marketplace.core.errors import Forbidden
from marketplace.core.identity import OrganisationKind, Role
from marketplace.livestream.commands.offers import (
    change_talk,
)
from marketplace.livestream.commands.record import (
    start_session,
)
from marketplace.livestream.commands.sessions import (
    pass_session,
    refuse_session,
)
from marketplace.livestream.queries.checks import cautions_of
from marketplace.livestream.queries.record import last_entry_id
from marketplace.livestream.queries.sessions import get_view, offers_of
from marketplace.livestream.rules.checks import claims_in
from marketplace.livestream.rules.sessions import (
    ChangedSince,
    NotChecked,
    OwnSession,
    Talk,
    WrongState,
)
from tests.county import START, person
from tests.livestream.planning import (
    EVENING,
    SOON,
    added,
    offered,
    planned,
    suspend,
    told,
    untrust,
)
from tests.livestream.sessions import a_host


@pytest.fixture
def host(session, county):
    return a_host(session)


def test_a_host_whom_the_county_does_not_trust_is_looked_at_before(session, county, host):
    offered(session, county)
    untrust(session, host[0])
    made = planned(session, host)
    added(session, host, made, county.mushrooms)
    assert made.check_state == "WAITING"
    assert told(session, county.operator) == ["session_waiting"]
    with pytest.raises(NotChecked):
        start_session(session, host[1], made.id, SOON)
    seen = last_entry_id(session, made.id)
    with pytest.raises(Forbidden):
        pass_session(session, county.auditor, made.id, seen, START)
    with pytest.raises(ChangedSince):
        pass_session(session, county.operator, made.id, seen - 1, START)
    refuse_session(session, county.operator, (made.id, seen), "请写明产地", START)
    with pytest.raises(NotChecked):
        start_session(session, host[1], made.id, SOON)
    offer = offers_of(session, [made.id])[0]
    change_talk(session, host[1], offer.id, Talk(script="白浪镇会沟村的香菇"), START)
    assert made.check_state == "WAITING"
    pass_session(session, county.operator, made.id, last_entry_id(session, made.id), START)
    pass_session(session, county.operator, made.id, 0, START)
    assert told(session, host[1]) == ["session_refused", "session_passed"]
    assert start_session(session, host[1], made.id, SOON).state == "LIVE"
    with pytest.raises(WrongState):
        refuse_session(
            session, county.operator, (made.id, last_entry_id(session, made.id)), "晚了", START
        )


def test_nobody_looks_at_sessions_of_a_host_they_work_for(session, county, host):
    untrust(session, host[0])
    made = planned(session, host)
    centre = county.operator.organisations(OrganisationKind.CENTRE)[0]
    both = person(
        session,
        "both@test",
        (OrganisationKind.CENTRE, centre, Role.OPERATOR),
        (OrganisationKind.HOST, host[0], Role.HOST),
    )
    with pytest.raises(OwnSession):
        pass_session(session, both, made.id, last_entry_id(session, made.id), START)


def test_the_official_is_warned_of_what_may_be_wrong(session, county, host):
    untrust(session, host[0])
    made = planned(session, host, replace(EVENING, title="全网最低价之夜"))
    added(session, host, made, county.mushrooms, script="国家级 产地,１００％ 天然,根 治 失眠")
    added(session, host, made, county.oil)
    withdraw(session, county.oil.product_id, START)
    suspend(session, host[0])

    def cautions(day):
        view = get_view(session, county.operator, made.id)
        found = cautions_of(session, view, offers_of(session, [made.id]), day)
        return [(one.message, dict(one.params)) for one in found]

    found = cautions(EVENING.starts_at.date())
    words = [params["words"] for _, params in found if "words" in params]
    assert words == ["最低价、全网最", "国家级、100%、根治"]
    messages = [message for message, _ in found]
    assert any("暂停" in one for one in messages)
    assert any("没有在售" in one for one in messages)
    assert any("没有在直播" in one for one in messages)


def test_goods_that_end_soon_are_named(session, county, host):
    from datetime import date

    offered(session, county)
    made = planned(session, host)
    added(session, host, made, county.mushrooms)
    view = get_view(session, county.operator, made.id)
    offers = offers_of(session, [made.id])
    assert cautions_of(session, view, offers, date(2026, 11, 23)) == []
    (soon,) = cautions_of(session, view, offers, date(2027, 10, 25))
    assert dict(soon.params)["expires_on"] == date(2027, 11, 1)


def test_claims_are_found_whatever_their_width():
    assert claims_in("１００ %纯手工") == ("100%",)
    assert claims_in("好吃不贵") == ()
