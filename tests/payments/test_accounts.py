"""Bank accounts: declared by those whose they are, and by nobody else."""

import pytest
from sqlalchemy.orm import Session

from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.payments.commands import declare_account
from marketplace.payments.rules.accounts import AccountKnown, GivenAccount, Holder
from tests.county import START, County, build
from tests.payments.test_transfers import NUMBER, declare


@pytest.fixture
def county(session: Session) -> County:
    return build(session)


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
    assert declare_account(session, county.clerk, holder, own, START).number == "621700012345"
    with pytest.raises(NotFound):
        declare_account(session, county.other_clerk, holder, own, START)
