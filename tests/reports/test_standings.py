"""The table of the units below: as of any day, as a file, and reminding those that are behind."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from marketplace.accounts.models import Person
from marketplace.core.errors import Forbidden, NotFound
from marketplace.core.identity import Role
from marketplace.core.paging import PageRequest
from marketplace.notices.models import Notice
from marketplace.notices.rules.words import title_of
from marketplace.ordering import commands as ordering
from marketplace.ordering.rules import RefundWish
from marketplace.outbox.models import OutboxMessage
from marketplace.reports.commands import remind_units
from marketplace.reports.queries import StandingsWish, list_standings, roll_up
from marketplace.units.commands import (
    FourEyes,
    HeadcountChange,
    NewUnit,
    create_unit,
    revise_headcount,
    set_four_eyes,
)
from tests.county import START, person
from tests.ordering.steps import completed

TODAY = date(2026, 11, 23)
PAGE = PageRequest(1, 100)
JULY = datetime(2026, 7, 10, 4, tzinfo=UTC)
COUNTY = "420304"
ROLES = (Role.BUYER, Role.APPROVER, Role.FINANCE)


def standing(session, unit_id, on=None):
    wish = StandingsWish(2026, COUNTY, on=on)
    rows = list_standings(session, wish, PAGE, TODAY).items
    return next(
        (one.headcount, one.target_fen, one.counted_fen) for one in rows if one.unit_id == unit_id
    )


def test_a_day_is_told_as_it_was_then(session, county):
    (order,) = completed(session, county, county.wish((county.mushrooms, 10)), JULY)[1]
    wish = RefundWish(amount_fen=10_000, reason="发霉", ground="QUALITY")
    asked = ordering.request_refund(session, county.buyer, order.id, wish, START)
    ordering.approve_refund(session, county.clerk, asked.id, START)
    change = HeadcountChange(90, date(2026, 9, 1), "调出")
    revise_headcount(session, county.operator, county.unit_id, change, now=START)
    assert standing(session, county.unit_id, date(2026, 7, 9)) == (100, 5_000_000, 0)
    assert standing(session, county.unit_id, date(2026, 7, 10)) == (100, 5_000_000, 64_030)
    assert standing(session, county.unit_id, date(2026, 9, 1)) == (90, 4_500_000, 64_030)
    assert standing(session, county.unit_id, TODAY) == standing(session, county.unit_id)
    assert standing(session, county.unit_id) == (90, 4_500_000, 54_030)


@pytest.fixture
def school(session, county):
    new = NewUnit("第一小学", 2, "420304000000", 40, date(2024, 1, 1), county.unit_id)
    unit_id = create_unit(session, new, START).id
    person(session, "school@test", ("UNIT", unit_id, Role.BUYER), ("UNIT", unit_id, Role.FINANCE))
    return unit_id


def test_case_20_a_roll_up_is_ones_own_and_all_below_each_order_once(session, county, school):
    completed(session, county, county.wish((county.mushrooms, 10)), JULY)
    identity = person(session, "one@test", *(("UNIT", school, role) for role in ROLES))
    buyer = replace(county, buyer=identity, approver=identity, unit_id=school)
    set_four_eyes(session, county.operator, school, FourEyes(False, "一人单位"), now=START)
    completed(session, buyer, buyer.wish((county.mushrooms, 3)), JULY)
    wish = StandingsWish(2026, COUNTY, below=county.unit_id)
    sums = roll_up(session, wish, TODAY)
    assert (sums.units, sums.target_fen) == (2, (100 + 40) * 50_000)
    assert sums.counted_fen == 64_030 + 19_209
    before = roll_up(session, replace(wish, on=date(2026, 7, 9)), TODAY)
    assert (before.counted_fen, before.gap_fen) == (0, 7_000_000)


def letters(session):
    """What people were told, by whom it reaches and in which words."""
    told = select(Notice, Person.login).join(Person, Person.id == Notice.person_id)
    rows = session.execute(told.where(Notice.effect_key.contains("behind:"))).all()
    for notice, _login in rows:
        wanted = OutboxMessage.effect_key == f"notices.mail:{notice.effect_key}"
        assert session.scalars(select(OutboxMessage.job).where(wanted)).all() == ["notices.mail"]
    return [(login, title_of(one.kind, one.params, "zh_Hans_CN")) for one, login in rows]


def test_those_behind_are_reminded_once_a_day_by_their_supervisor(session, county, school):
    above = person(session, "above@test", ("UNIT", county.unit_id, Role.ADMIN))
    assert remind_units(session, above, county.unit_id, START) == 1
    assert remind_units(session, above, county.unit_id, START) == 0
    assert remind_units(session, county.operator, county.unit_id, START + timedelta(days=1)) == 1
    told = letters(session)
    assert [login for login, _title in told] == ["school@test"] * 2
    assert "还差 20,000.00 元" in told[0][1]


def test_nobody_else_reminds(session, county, school):
    for other in (county.buyer, county.finance, county.auditor):
        with pytest.raises(Forbidden):
            remind_units(session, other, county.unit_id, START)
    for other in (county.stranger, county.clerk):
        with pytest.raises(NotFound):
            remind_units(session, other, county.unit_id, START)
    assert letters(session) == []
    assert school
