"""Accounts of hosts and agencies: declared by their own people, in their own names."""

import pytest

from marketplace.core.errors import InvalidInput, NotFound
from marketplace.core.identity import OrganisationKind, Role
from marketplace.hosts.models import Host
from marketplace.payments.commands import ask_for_payout, declare_account, withdraw_account
from marketplace.payments.queries import list_accounts_of
from marketplace.payments.rules.accounts import AccountKnown, GivenAccount, Holder
from tests.county import START, person
from tests.hosts.applying import SEALER, a_new_agency, a_new_host, anew

NUMBER = "6222000011112222"


def given(holder):
    return GivenAccount(holder, NUMBER, "农商行")


def test_a_hosts_account_bears_the_name_on_the_identity_paper_and_does_not_tell_it(session, county):
    holder = Holder(host_id=a_new_host(session, county, county.shopper))
    host = anew(session, county.shopper)
    with pytest.raises(InvalidInput) as refused:
        declare_account(session, host, holder, given("山里的小陈"), START, sealer=SEALER)
    assert "陈演示" not in str(refused.value.errors)
    declare_account(session, host, holder, given("陈演示"), START, sealer=SEALER)
    with pytest.raises(AccountKnown):
        declare_account(session, host, holder, given("陈演示"), START, sealer=SEALER)
    (account,) = list_accounts_of(session, holder)
    assert (account.holder, str(account.number)) == ("陈演示", NUMBER)


def test_a_host_from_before_the_check_declares_what_is_typed(session, county):
    old = Host(name="老主播", code="LAO", joined_at=START)
    session.add(old)
    session.flush()
    who = person(session, "old@test", (OrganisationKind.HOST, old.id, Role.HOST))
    holder = Holder(host_id=old.id)
    declare_account(session, who, holder, given("某人"), START, sealer=SEALER)
    assert [one.holder for one in list_accounts_of(session, holder)] == ["某人"]


def test_an_agencys_account_bears_the_agencys_name(session, county):
    holder = Holder(agency_id=a_new_agency(session, county, county.shopper))
    agent = anew(session, county.shopper)
    with pytest.raises(InvalidInput):
        declare_account(session, agent, holder, given("陈演示"), START)
    assert declare_account(session, agent, holder, given("郧山传媒"), START).agency_id


def test_nobody_else_sees_or_withdraws_it_and_no_credit_leaves_by_it(session, county):
    holder = Holder(agency_id=a_new_agency(session, county, county.shopper))
    agent = anew(session, county.shopper)
    account = declare_account(session, agent, holder, given("郧山传媒"), START)
    for act in (
        lambda: declare_account(session, county.clerk, holder, given("郧山传媒"), START),
        lambda: withdraw_account(session, county.clerk, account.id, START),
        lambda: ask_for_payout(session, agent, account.id, 100, START),
        lambda: ask_for_payout(session, county.cashier, account.id, 100, START),
    ):
        with pytest.raises(NotFound):
            act()
    withdraw_account(session, agent, account.id, START)
    assert list_accounts_of(session, holder) == []


def test_ids_of_different_kinds_never_meet(session, county):
    """Host 1, agency 1, producer 1 and person 1 are four holders."""
    agency_id = a_new_agency(session, county, county.shopper)
    declare_account(
        session,
        anew(session, county.shopper),
        Holder(agency_id=agency_id),
        given("郧山传媒"),
        START,
    )
    for other in (Holder(host_id=agency_id), Holder(producer_id=agency_id), Holder(agency_id)):
        assert list_accounts_of(session, other) == []
