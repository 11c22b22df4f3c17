"""Suspending, restoring and trusting: each with its step, told, and never by one's own people."""

import pytest
from sqlalchemy import select

from marketplace.accounts.commands import Grant, grant
from marketplace.core.errors import Forbidden, NotFound
from marketplace.core.identity import OrganisationKind, Role
from marketplace.core.paging import PageRequest
from marketplace.hosts.commands import Subject, lift_suspension, suspend, trust, untrust
from marketplace.hosts.models import Host, HostStep
from marketplace.hosts.queries import get_agency, get_host, suspension_of
from marketplace.hosts.queries.people import Suspension
from marketplace.hosts.queries.register import count_register, list_register, view_subject
from marketplace.hosts.rules.application import OwnCase
from marketplace.notices.models import Notice
from tests.county import START
from tests.hosts.applying import (
    a_new_agency,
    a_new_host,
    agency_given,
    an_identity,
    anew,
    given,
)

FIRST = PageRequest(1, 24)


@pytest.fixture
def host_id(session, county):
    return a_new_host(session, county, county.shopper)


def kinds(session):
    return session.scalars(select(HostStep.kind).order_by(HostStep.id)).all()


def test_a_suspension_stands_with_its_reason_until_it_is_lifted(session, county, host_id):
    subject = Subject("HOST", host_id)
    suspend(session, county.operator, subject, "夸大功效", START)
    suspend(session, county.operator, subject, "再来一次", START)
    found = suspension_of(session, get_host(session, host_id))
    assert found == Suspension(START, "夸大功效")
    lift_suspension(session, county.operator, subject, "已整改", START)
    lift_suspension(session, county.operator, subject, "", START)
    assert suspension_of(session, get_host(session, host_id)) is None
    assert kinds(session) == ["ADMITTED", "SUSPENDED", "LIFTED"]
    told = session.scalars(select(Notice.kind).order_by(Notice.id)).all()
    assert told == ["host_admitted", "host_suspended", "host_restored"]


def test_an_agency_is_suspended_alike(session, county):
    agency_id = a_new_agency(session, county, county.shopper)
    suspend(session, county.operator, Subject("AGENCY", agency_id), "未经同意签约", START)
    found = suspension_of(session, get_agency(session, agency_id))
    assert found == Suspension(START, "未经同意签约")


def test_trust_is_given_and_taken_and_each_once(session, county, host_id):
    for _again in range(2):
        trust(session, county.operator, host_id, "十场无投诉", START)
    assert session.get(Host, host_id).trusted_at == START
    for _again in range(2):
        untrust(session, county.operator, host_id, "清单有误", START)
    assert session.get(Host, host_id).trusted_at is None
    assert kinds(session) == ["ADMITTED", "TRUSTED", "UNTRUSTED"]


def test_only_operators_act_and_never_on_those_they_work_for(session, county, host_id):
    subject = Subject("HOST", host_id)
    own = Grant(county.operator.person_id, OrganisationKind.HOST, host_id, Role.HOST)
    grant(session, own, START, actor_id=None)
    helper = anew(session, county.operator)
    for act in (suspend, lift_suspension):
        with pytest.raises(Forbidden):
            act(session, county.auditor, subject, "x", START)
        with pytest.raises(NotFound):
            act(session, county.shopper, subject, "x", START)
        with pytest.raises(OwnCase):
            act(session, helper, subject, "x", START)
        with pytest.raises(NotFound):
            act(session, county.operator, Subject("HOST", 10**9), "x", START)
    with pytest.raises(OwnCase):
        trust(session, helper, host_id, "", START)


def test_the_register_has_each_on_its_tab(session, county, host_id):
    told = agency_given(identity=an_identity(3))
    agency_id = a_new_agency(session, county, county.buyer, told)
    second = a_new_host(session, county, county.clerk, given(code="HUIGOU", name="会沟老李"))
    suspend(session, county.operator, Subject("HOST", second), "投诉查实", START)
    assert count_register(session) == {
        "waiting": 0,
        "hosts": 2,
        "agencies": 1,
        "suspended": 1,
    }
    names = {
        tab: [one.name for one in list_register(session, tab, "", FIRST).items]
        for tab in ("hosts", "agencies", "suspended")
    }
    assert names == {
        "hosts": ["会沟老李", "山里的小陈"],
        "agencies": ["郧山传媒"],
        "suspended": ["会沟老李"],
    }
    found = list_register(session, "hosts", "xiao", FIRST)
    assert ([one.mark for one in found.items], found.total) == (["XIAOCHEN"], 1)
    assert list_register(session, "hosts", "%", FIRST).total == 0
    view = view_subject(session, county.auditor, "AGENCY", agency_id)
    assert (len(view.applications), view.may_act) == (1, False)
    assert [step.kind for step in view.steps] == ["ADMITTED"]
