"""What a county sets acts from then on, where it acts, and nowhere else."""

from datetime import timedelta

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DatabaseError

from marketplace.administration.commands import ask_for_setting, decide_setting
from marketplace.administration.queries import list_settings, setting
from marketplace.administration.rules import AlreadyAsked, Decision, NothingToChange, OwnRequest
from marketplace.administration.rules.settings import SETTINGS, Name
from marketplace.catalogue.queries.batches import list_near_expiry
from marketplace.core.clock import day_of
from marketplace.core.errors import Forbidden, NotFound
from marketplace.core.paging import PageRequest
from marketplace.ordering import commands as ordering
from marketplace.ordering.models import Order
from marketplace.ordering.rules import LineVerdict
from marketplace.ordering.rules.refusals import OwnAcceptance
from tests.administration.people import COUNTY
from tests.county import START
from tests.ordering.steps import delivered, lines_of, placed

YES = Decision(is_granted=True, answer="")


def put(session, three, name, value, now=START):
    asked = ask_for_setting(session, (three.system, COUNTY), (name, value, "试行"), now)
    decide_setting(session, (three.security, COUNTY), asked, YES, now)
    session.flush()


@pytest.mark.parametrize("name", list(Name))
def test_what_nobody_set_is_as_everywhere(session, name):
    assert setting(session, COUNTY, name, START) == SETTINGS[name].default


def test_a_setting_holds_from_when_it_was_decided(session, three):
    put(session, three, Name.NEAR_EXPIRY_DAYS, 30)
    put(session, three, Name.NEAR_EXPIRY_DAYS, 45, START + timedelta(days=1))
    days = [
        setting(session, COUNTY, Name.NEAR_EXPIRY_DAYS, START + timedelta(days=after))
        for after in (-1, 0, 1)
    ]
    assert days == [60, 30, 45]
    assert setting(session, "420325", Name.NEAR_EXPIRY_DAYS, START) == 60
    (history,) = [
        one.versions
        for one in list_settings(session, COUNTY, START)
        if one.name == Name.NEAR_EXPIRY_DAYS
    ]
    assert [version.version for version in history] == [2, 1]


def test_settings_take_two_and_wait_once(session, county, three):
    wish = (Name.NEAR_EXPIRY_DAYS, 30, "试行")
    for other in (three.security, county.auditor, county.operator):
        with pytest.raises(Forbidden):
            ask_for_setting(session, (other, COUNTY), wish, START)
    asked = ask_for_setting(session, (three.system, COUNTY), wish, START)
    with pytest.raises(AlreadyAsked):
        ask_for_setting(session, (three.system, COUNTY), wish, START)
    for other in (three.system, county.auditor, county.operator):
        with pytest.raises(Forbidden):
            decide_setting(session, (other, COUNTY), asked, YES, START)
    with pytest.raises(NotFound):
        decide_setting(session, (three.security, "420325"), asked, YES, START)


def test_what_holds_already_is_not_asked_for(session, three):
    wish = (Name.NEAR_EXPIRY_DAYS, 60, "x")
    with pytest.raises(NothingToChange):
        ask_for_setting(session, (three.system, COUNTY), wish, START)


def test_the_history_cannot_be_rewritten(session, three):
    put(session, three, Name.NEAR_EXPIRY_DAYS, 30)
    session.commit()
    for statement in ("UPDATE county_setting SET version = 9", "DELETE FROM county_setting"):
        with pytest.raises(DatabaseError, match="append-only"):
            session.execute(text(statement))
        session.rollback()


def test_a_setting_is_asked_of_the_database_once_in_a_transaction(session, three, statements):
    for name in Name:
        setting(session, COUNTY, name, START)
    assert len([one for one in statements if "county_setting" in one]) == 1


@pytest.fixture
def statements(session):
    """What is said to the database while a claim runs."""
    said: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *args: said.append(args[2]))
    return said


def test_the_limit_of_acceptance_is_the_countys(session, county, three):
    """Two packs for 128.06 yuan: the buyer accepts them, until the county wants another."""
    put(session, three, Name.ACCEPTANCE_BY_ANOTHER_FEN, 12_806)
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 2)))
    delivered(session, county, order)
    with pytest.raises(OwnAcceptance) as refused:
        _accept(session, county.buyer, order)
    assert refused.value.message % refused.value.params == (
        "128.06 元及以上的订单要由经办人以外的同事验收,请转给审批人或财务。"
    )
    _accept(session, county.finance, order)


def test_below_its_limit_the_buyer_accepts(session, county, three):
    put(session, three, Name.ACCEPTANCE_BY_ANOTHER_FEN, 12_807)
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 2)))
    delivered(session, county, order)
    _accept(session, county.buyer, order)


def _accept(session, who, order: Order):
    verdicts = [LineVerdict(line.id, line.quantity) for line in lines_of(session, order.id)]
    ordering.accept(session, who, order.id, verdicts, START)


@pytest.mark.parametrize(("days", "after_hours", "told"), [(1, 25, 1), (2, 25, 0), (2, 49, 1)])
def test_approvers_are_reminded_after_as_many_days_as_their_county_wants(
    session, county, three, days, after_hours, told
):
    # START is a Monday, so no weekend stands still in between.
    if days != SETTINGS[Name.APPROVAL_REMINDER_DAYS].default:
        put(session, three, Name.APPROVAL_REMINDER_DAYS, days)
    ordering.order_at_once(session, county.buyer, county.wish((county.mushrooms, 1)), START)
    assert ordering.remind_approvers(session, START + timedelta(hours=after_hours)) == told


def test_what_expires_soon_is_as_the_county_says(session, county, three):
    """Batches of the small county keep 365 days from the first of November 2026."""
    page = PageRequest()
    assert list_near_expiry(session, day_of(START), page).total == 0
    put(session, three, Name.NEAR_EXPIRY_DAYS, 365)
    days = setting(session, COUNTY, Name.NEAR_EXPIRY_DAYS, START)
    assert list_near_expiry(session, day_of(START), page, days=days).total == 3


def test_a_decision_about_a_setting_is_not_its_askers(session, three):
    asked = ask_for_setting(session, (three.system, COUNTY), (Name.LOW_STOCK_PACKS, 5, "x"), START)
    both = type(three.security)(three.system.person_id, "x", "x", None, 0, three.security.standings)
    with pytest.raises(OwnRequest):
        decide_setting(session, (both, COUNTY), asked, YES, START)
