"""A canteen contractor buys for units under their mandates: each order for one, none without."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from marketplace.contractors.commands import end_mandate, give_mandate, register_contractor
from marketplace.contractors.queries import list_mandates, mandated_units
from marketplace.contractors.rules import (
    ContractorKnown,
    ContractorNamesUnit,
    GivenMandate,
    MandateDouble,
    NewContractor,
    NoMandate,
)
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.core.identity import Role
from marketplace.ordering import commands as ordering
from marketplace.producers.rules import make_uscc
from marketplace.reports.queries import reconcile, unit_year
from tests.county import START, person
from tests.ordering.steps import accepted, orders_of, paid

TODAY = date(2026, 11, 23)
USCC = make_uscc("420304", 77)
MONTH = GivenMandate(USCC, date(2026, 11, 1), date(2026, 11, 30))
DECEMBER = START + timedelta(days=10)


@pytest.fixture
def cook(session, county):
    """Somebody who buys for a contractor, which two units have given a mandate."""
    new = NewContractor("老灶餐饮公司", USCC, "0719-7220000")
    contractor = register_contractor(session, county.operator, new, START)
    give_mandate(session, county.finance, county.unit_id, MONTH, now=START)
    boss = person(session, "boss@test", ("UNIT", county.other_unit_id, Role.ADMIN))
    give_mandate(session, boss, county.other_unit_id, MONTH, now=START)
    return person(session, "cook@test", ("CONTRACTOR", contractor.id, Role.BUYER))


def wish(county, unit_id, fund="CANTEEN"):
    return replace(county.wish((county.mushrooms, 2)), unit_id=unit_id, fund=fund)


def draft(session, county, cook, unit_id, fund="CANTEEN", now=START):
    return ordering.draft_purchase(session, cook, wish(county, unit_id, fund), now)


def test_case_11_each_order_names_one_unit_and_counts_for_it(session, county, cook):
    assert set(mandated_units(session, cook, TODAY)) == {county.unit_id, county.other_unit_id}
    purchase = draft(session, county, cook, county.unit_id)
    assert purchase.contractor_id is not None
    ordering.submit(session, cook, purchase.id, START)
    with pytest.raises(Forbidden):
        ordering.approve(session, cook, purchase.id, START)
    ordering.approve(session, county.approver, purchase.id, START)
    party = replace(county, buyer=cook)
    accepted(session, party, orders_of(session, purchase.id)[0])
    paid(session, party, purchase)
    counted = [
        unit_year(session, unit_id, 2026, TODAY).rules[0].counted_fen
        for unit_id in (county.unit_id, county.other_unit_id)
    ]
    assert counted == [12_806, 0]
    assert reconcile(session) == []


def test_case_11_without_a_unit_or_outside_the_mandate_it_is_refused(session, county, cook):
    with pytest.raises(ContractorNamesUnit):
        ordering.draft_purchase(session, cook, county.private_wish((county.mushrooms, 1)), START)
    with pytest.raises(NoMandate):
        draft(session, county, cook, 999)
    for fund in ("UNION", "OTHER", "INDIVIDUAL"):
        with pytest.raises(InvalidInput):
            draft(session, county, cook, county.unit_id, fund)
    stranger = person(session, "nobody@test", ("CONTRACTOR", 99, Role.BUYER))
    with pytest.raises(NoMandate):
        draft(session, county, stranger, county.unit_id)


def test_case_11_an_expired_mandate_is_refused_also_at_submission(session, county, cook):
    waiting = draft(session, county, cook, county.unit_id)
    with pytest.raises(NoMandate):
        draft(session, county, cook, county.unit_id, now=DECEMBER)
    with pytest.raises(NoMandate):
        ordering.submit(session, cook, waiting.id, DECEMBER)
    assert mandated_units(session, cook, date(2026, 10, 31)) == {}


def test_case_11_the_unit_ends_it_at_once(session, county, cook):
    (mandate,) = list_mandates(session, county.finance, county.unit_id)
    assert mandate.holds_on(TODAY)
    subject = (county.unit_id, mandate.id)
    for nobody in (county.buyer, county.approver, county.operator):
        with pytest.raises(Forbidden):
            end_mandate(session, nobody, subject, "换承包商", now=START)
    with pytest.raises(NotFound):
        end_mandate(session, county.stranger, subject, "换", now=START)
    with pytest.raises(NotFound):
        end_mandate(session, county.finance, (county.unit_id, 2), "换", now=START)
    for _ in range(2):
        end_mandate(session, county.finance, subject, "换承包商", now=START)
    with pytest.raises(NoMandate):
        draft(session, county, cook, county.unit_id)
    draft(session, county, cook, county.other_unit_id)
    give_mandate(session, county.finance, county.unit_id, MONTH, now=START)
    draft(session, county, cook, county.unit_id)


def test_who_gives_mandates_and_which(session, county, cook):
    with pytest.raises(MandateDouble):
        give_mandate(session, county.finance, county.unit_id, MONTH, now=START)
    for nobody in (county.buyer, county.approver, county.operator, county.auditor):
        with pytest.raises(Forbidden):
            give_mandate(session, nobody, county.unit_id, MONTH, now=START)
    for given in (
        GivenMandate(make_uscc("420304", 78), TODAY, TODAY),
        GivenMandate(USCC, date(2027, 2, 1), date(2027, 1, 1)),
        GivenMandate(USCC, date(2026, 1, 1), date(2026, 10, 1)),
        GivenMandate(USCC, date(2027, 1, 1), date(2099, 1, 1)),
    ):
        with pytest.raises(InvalidInput):
            give_mandate(session, county.finance, county.unit_id, given, now=START)


def test_a_contractor_is_registered_once_by_the_centre(session, county, cook):
    for name, uscc in (("老灶餐饮公司", make_uscc("420304", 79)), ("别的公司", USCC)):
        with pytest.raises(ContractorKnown):
            register_contractor(session, county.operator, NewContractor(name, uscc, "1"), START)
    with pytest.raises(Forbidden):
        register_contractor(session, county.finance, NewContractor("甲", USCC, "1"), START)
