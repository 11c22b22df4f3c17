"""What a county announces is read by whom it is for, from its first day to its last."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.announcements.commands import announce, reword, take_down
from marketplace.announcements.queries import get_readable, list_current, list_readable
from marketplace.announcements.rules import (
    AnnouncementWithdrawn,
    Audience,
    GivenAnnouncement,
    audiences_of,
)
from marketplace.audit.models import AuditEntry
from marketplace.core.clock import day_of
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.core.paging import PageRequest
from tests.county import START

TODAY = day_of(START)
HOME = "420304"
GIVEN = GivenAnnouncement("ALL", "年底截止", "12 月 20 日前下单。", TODAY, TODAY, is_pinned=False)


def made(session, county, **changes):
    return announce(session, county.operator, HOME, replace(GIVEN, **changes), START)


def titles(session, *audiences, day=TODAY):
    return [one.title for one in list_current(session, HOME, audiences, day)]


def test_it_stands_from_its_first_day_to_its_last(session, county):
    made(session, county, from_on=TODAY + timedelta(1), until_on=TODAY + timedelta(2))
    days = [titles(session, Audience.ALL, day=TODAY + timedelta(n)) for n in range(4)]
    assert days == [[], ["年底截止"], ["年底截止"], []]


def test_each_audience_reads_its_own(session, county):
    for audience in Audience:
        made(session, county, audience=audience, title=audience)
    assert titles(session, Audience.UNITS) == ["UNITS"]
    assert audiences_of(None) == (Audience.ALL,)
    assert audiences_of(county.buyer) == (Audience.ALL, Audience.UNITS)
    assert audiences_of(county.clerk) == (Audience.ALL, Audience.PRODUCERS)
    assert audiences_of(county.operator) == tuple(Audience)


def test_three_stand_above_a_page_pinned_ones_first(session, county):
    made(session, county, title="置顶", is_pinned=True)
    for number in range(4):
        made(session, county, title=str(number))
    assert titles(session, Audience.ALL) == ["置顶", "3", "2"]
    page = list_readable(session, HOME, [Audience.ALL], TODAY, PageRequest(1, 3))
    assert (page.total, len(page.items)) == (5, 3)


def test_what_was_taken_down_is_read_by_nobody_and_cannot_be_changed(session, county):
    one = made(session, county)
    for _twice in range(2):
        take_down(session, county.operator, (HOME, one.id), "写错了", START)
    assert titles(session, Audience.ALL) == []
    with pytest.raises(NotFound):
        get_readable(session, HOME, one.id, tuple(Audience), TODAY)
    with pytest.raises(AnnouncementWithdrawn):
        reword(session, county.operator, (HOME, one.id), GIVEN, START)
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc()).limit(2))
    assert list(actions) == ["announcement.taken_down", "announcement.made"]


def test_another_wording_leaves_the_former_in_the_trail(session, county):
    one = made(session, county)
    reword(session, county.operator, (HOME, one.id), replace(GIVEN, title="改期"), START)
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (entry.before["title"], entry.after["title"]) == ("年底截止", "改期")
    assert one.changed_at == START


def test_nobody_else_announces(session, county):
    for identity in (county.auditor, county.buyer, county.clerk, county.shopper):
        with pytest.raises(Forbidden):
            announce(session, identity, HOME, GIVEN, START)
    one = made(session, county)
    with pytest.raises(NotFound):
        take_down(session, county.operator, ("110101", one.id), "", START)


@pytest.mark.parametrize(
    ("first", "last"), [(0, -1), (-3, -2), (0, 400)], ids=["backwards", "over", "too long"]
)
def test_a_span_that_makes_no_sense_is_refused(session, county, first, last):
    with pytest.raises(InvalidInput):
        made(
            session,
            county,
            from_on=TODAY + timedelta(first),
            until_on=TODAY + timedelta(last),
        )
