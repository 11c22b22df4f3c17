"""Bank accounts: declared by those whose they are, and by nobody else."""

import pytest
from sqlalchemy import select

from marketplace.core.closed import open_words
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.payments.commands import declare_account, pay_settlement
from marketplace.payments.models import Payout
from marketplace.payments.queries import balances_of
from marketplace.payments.rules.accounts import AccountKnown, GivenAccount, Holder
from marketplace.payments.rules.settlement import NoBankAccount
from tests.county import START
from tests.ordering.steps import accepted, paid, placed
from tests.payments.settling import IN_DECEMBER, frozen, sold
from tests.payments.settling import declare as declare_producer
from tests.payments.test_transfers import NUMBER, declare


def test_accounts_are_declared_by_finance_for_their_own_unit_once(session, county):
    declare(session, county)
    given = GivenAccount("区财政局", NUMBER, "建设银行")
    holder = Holder(unit_id=county.unit_id)
    with pytest.raises(AccountKnown):
        declare_account(session, county.finance, holder, given, START)
    with pytest.raises(Forbidden):
        declare_account(session, county.buyer, holder, given, START)
    with pytest.raises(NotFound):
        declare_account(session, county.stranger, holder, given, START)


@pytest.mark.parametrize(
    "number", ["", "12345", "1" * 33, "12a4567", "一二三四五六", "-1", "1.5e9"]
)
def test_a_number_that_is_none_is_named(session, county, number):
    given = GivenAccount("区财政局", number, "建设银行")
    with pytest.raises(InvalidInput) as refused:
        declare_account(session, county.finance, Holder(unit_id=county.unit_id), given, START)
    assert refused.value.errors[0].field == "number"


def test_a_producers_account_bears_the_producers_name(session, county):
    holder = Holder(producer_id=county.producer_id)
    with pytest.raises(InvalidInput):
        declare_account(
            session, county.clerk, holder, GivenAccount("某人", NUMBER, "农商行"), START
        )
    own = GivenAccount("会沟村食用菌合作社", "６２１７ 0001-2345", "农商行")
    declared = declare_account(session, county.clerk, holder, own, START)
    assert open_words(session, declared.number_sealed) == "621700012345"
    with pytest.raises(NotFound):
        declare_account(session, county.other_clerk, holder, own, START)


def test_without_an_account_nothing_is_paid_until_there_is_one(session, county):
    sold(session, county)
    settlement = frozen(session, county)
    assert session.scalars(select(Payout)).all() == []
    with pytest.raises(NoBankAccount):
        pay_settlement(session, county.cashier, settlement.id, IN_DECEMBER)
    declare_producer(session, county)
    assert pay_settlement(session, county.cashier, settlement.id, IN_DECEMBER).amount_fen == 12_806


def test_what_was_paid_for_one_order_does_not_hide_what_is_owed_for_another(session, county):
    ahead, _orders = placed(session, county, county.wish((county.mushrooms, 3)))
    paid(session, county, ahead)
    _later, (order,) = placed(session, county, county.wish((county.mushrooms, 2)))
    accepted(session, county, order)
    balances = balances_of(session, Holder(unit_id=county.unit_id))
    assert (balances.prepaid_fen, balances.owed_fen) == (3 * 6_403, 2 * 6_403)
