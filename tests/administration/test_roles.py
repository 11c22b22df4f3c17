"""Roles are asked for by one and given by another; whoever administers does no business."""

import itertools

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.commands import Grant, grant
from marketplace.accounts.queries import load_identity
from marketplace.accounts.rules.separation import DutiesApart
from marketplace.administration.commands import (
    WantedRole,
    ask_for_role,
    decide_role,
    end_role,
    withdraw_role,
)
from marketplace.administration.models import RoleRequest
from marketplace.administration.rules import (
    AlreadyAsked,
    Ask,
    Decided,
    Decision,
    NothingToChange,
    OwnAccess,
    OwnRequest,
    State,
)
from marketplace.audit.models import AuditEntry
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.core.identity import ROLES_OF, OrganisationKind, Role
from tests.administration.people import COUNTY
from tests.county import START, person

YES, NO = Decision(is_granted=True, answer=""), Decision(is_granted=False, answer="人手够了")
APART = {Role.SYSTEM, Role.SECURITY, Role.AUDITOR}


def wanted(county, role="BUYER", ask=Ask.GIVE):
    return WantedRole(ask, Grant(county.shopper.person_id, "UNIT", county.unit_id, role), "新同事")


def roles_now(session, person_id):
    session.expire_all()
    identity = load_identity(session, person_id)
    assert identity is not None
    return {standing.role for standing in identity.standings}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pair
        for pair in itertools.permutations(ROLES_OF[OrganisationKind.CENTRE], 2)
        if set(pair) & APART
    ],
)
def test_nobody_administers_and_does_something_else_in_the_centre(session, three, first, second):
    someone = person(session, "someone@test", ("CENTRE", three.centre_id, first))
    wish = Grant(someone.person_id, "CENTRE", three.centre_id, second)
    with pytest.raises(DutiesApart):
        grant(session, wish, START, actor_id=None)


def test_the_daily_business_may_be_one_persons(session, three):
    roles = (Role.OPERATOR, Role.CASHIER, Role.CERTIFIER)
    someone = person(session, "all@test", *(("CENTRE", three.centre_id, role) for role in roles))
    assert {standing.role for standing in someone.standings} == set(roles)


def test_a_duty_that_ended_stands_in_nobodys_way(session, county, three):
    held = Grant(county.operator.person_id, "CENTRE", three.centre_id, Role.OPERATOR)
    end_role(session, three.security, held, "调岗", START)
    wish = Grant(held.person_id, "CENTRE", three.centre_id, Role.AUDITOR)
    grant(session, wish, START, actor_id=None)
    assert roles_now(session, held.person_id) == {Role.AUDITOR}


def test_administrators_see_nothing_of_the_business(three):
    for who in (three.system, three.security):
        assert not who.is_in_centre()


def test_a_role_is_asked_for_and_given_by_another(session, county, three):
    asked = ask_for_role(session, (three.system, COUNTY), wanted(county), START)
    assert roles_now(session, county.shopper.person_id) == set()
    decide_role(session, (three.security, COUNTY), asked, YES, START)
    assert roles_now(session, county.shopper.person_id) == {"BUYER"}
    actions = set(session.scalars(select(AuditEntry.action)))
    assert {"role.asked", "role.decided", "role.granted"} <= actions


def test_what_is_refused_is_not_given(session, county, three):
    asked = ask_for_role(session, (three.system, COUNTY), wanted(county), START)
    request = decide_role(session, (three.security, COUNTY), asked, NO, START)
    assert (request.state, request.answer) == (State.REFUSED, "人手够了")
    assert roles_now(session, county.shopper.person_id) == set()


def test_a_role_is_ended_the_same_way(session, county, three):
    wish = WantedRole(
        Ask.END, Grant(county.buyer.person_id, "UNIT", county.unit_id, "BUYER"), "退休"
    )
    asked = ask_for_role(session, (three.system, COUNTY), wish, START)
    decide_role(session, (three.security, COUNTY), asked, YES, START)
    assert roles_now(session, county.buyer.person_id) == set()


def test_the_same_request_waits_once(session, county, three):
    ask_for_role(session, (three.system, COUNTY), wanted(county), START)
    with pytest.raises(AlreadyAsked):
        ask_for_role(session, (three.system, COUNTY), wanted(county), START)


def test_a_request_is_decided_once(session, county, three):
    asked = ask_for_role(session, (three.system, COUNTY), wanted(county), START)
    decide_role(session, (three.security, COUNTY), asked, NO, START)
    with pytest.raises(Decided):
        decide_role(session, (three.other_security, COUNTY), asked, YES, START)


def test_what_was_withdrawn_is_not_given(session, county, three):
    asked = ask_for_role(session, (three.system, COUNTY), wanted(county), START)
    withdraw_role(session, three.system, (COUNTY, asked), START)
    with pytest.raises(Decided):
        decide_role(session, (three.security, COUNTY), asked, YES, START)
    # It may be asked for again.
    ask_for_role(session, (three.system, COUNTY), wanted(county), START)


def test_only_the_system_asks_and_only_security_decides(session, county, three):
    for other in (three.security, county.auditor, county.operator, county.shopper):
        with pytest.raises(Forbidden):
            ask_for_role(session, (other, COUNTY), wanted(county), START)
    asked = ask_for_role(session, (three.system, COUNTY), wanted(county), START)
    for other in (three.system, county.auditor, county.operator):
        with pytest.raises(Forbidden):
            decide_role(session, (other, COUNTY), asked, YES, START)
    with pytest.raises(Forbidden):
        withdraw_role(session, three.security, (COUNTY, asked), START)


def test_nobody_decides_about_themselves(session, three):
    end_own = Grant(three.security.person_id, "CENTRE", three.centre_id, Role.SECURITY)
    wish = WantedRole(Ask.END, end_own, "调岗")
    asked = ask_for_role(session, (three.system, COUNTY), wish, START)
    with pytest.raises(OwnRequest):
        decide_role(session, (three.security, COUNTY), asked, YES, START)
    with pytest.raises(OwnAccess):
        end_role(session, three.security, end_own, "调岗", START)
    decide_role(session, (three.other_security, COUNTY), asked, YES, START)


def test_nobody_asks_for_themselves(session, county, three):
    own = WantedRole(Ask.GIVE, Grant(three.system.person_id, "UNIT", county.unit_id, "BUYER"), "我")
    with pytest.raises(OwnRequest):
        ask_for_role(session, (three.system, COUNTY), own, START)


def test_the_database_itself_wants_four_eyes(session, county, three):
    asked = ask_for_role(session, (three.system, COUNTY), wanted(county), START)
    request = session.get_one(RoleRequest, asked)
    request.state, request.decided_by = State.GRANTED, request.asked_by
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_request_of_another_county_is_not_there(session, county, three):
    asked = ask_for_role(session, (three.system, COUNTY), wanted(county), START)
    for place in ((three.security, "420325"), (three.security, "")):
        with pytest.raises(NotFound):
            decide_role(session, place, asked, YES, START)


def test_what_is_so_already_is_not_asked_for(session, county, three):
    held = Grant(county.buyer.person_id, "UNIT", county.unit_id, "BUYER")
    with pytest.raises(NothingToChange):
        ask_for_role(session, (three.system, COUNTY), WantedRole(Ask.GIVE, held, "x"), START)
    with pytest.raises(NothingToChange):
        ask_for_role(session, (three.system, COUNTY), wanted(county, ask=Ask.END), START)


def test_duties_that_do_not_go_together_are_refused_when_asked(session, county, three):
    wish = Grant(county.operator.person_id, "CENTRE", three.centre_id, Role.SECURITY)
    with pytest.raises(DutiesApart):
        ask_for_role(session, (three.system, COUNTY), WantedRole(Ask.GIVE, wish, "x"), START)


def test_an_organisation_has_only_its_own_roles(session, county, three):
    with pytest.raises(InvalidInput):
        ask_for_role(session, (three.system, COUNTY), wanted(county, "CASHIER"), START)
