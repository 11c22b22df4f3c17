"""Goods that came before the money are paid within 30 days; what is late is told by its age."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.core.paging import PageRequest
from marketplace.ordering import commands as ordering
from marketplace.ordering.queries.debts import list_debts, owed_by_unit, sum_debts
from marketplace.ordering.rules.debts import Age, CreditLimitReached, days_of, pay_by
from marketplace.outbox.models import OutboxMessage
from marketplace.reports.queries import unit_year
from marketplace.units.commands import CreditLimit, set_credit_limit
from tests.county import START, County, person
from tests.ordering.steps import accepted, paid, placed

TODAY = day_of(START)
PAGE = PageRequest(1, 24)


def owed(session, identity, today: date) -> dict[str, int]:
    sums = sum_debts(session, identity, today)
    return {one.age: one.amount_fen for one in sums if one.orders}


def test_case_3_accepted_and_unpaid_counts_nothing_and_is_listed_by_age(session, county):
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 2)))
    accepted(session, county, order)
    (rule,) = unit_year(session, county.unit_id, 2026, TODAY).rules
    assert (rule.counted_fen, rule.waiting_fen) == (0, 2 * 6_403)
    late = pay_by(TODAY) + timedelta(days=40)
    for reader in (county.finance, county.clerk):
        (debt,) = list_debts(session, reader, Age("31-60"), PAGE, late).items
        assert (debt.order_id, debt.owed_fen) == (order.id, 2 * 6_403)
    assert list_debts(session, county.other_clerk, Age("31-60"), PAGE, late).total == 0


def test_an_accepted_order_is_owed_until_it_is_paid(session, county):
    purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 3)))
    assert owed(session, county.finance, TODAY) == {}
    accepted(session, county, order)
    assert order.pay_by == pay_by(TODAY) == TODAY + timedelta(days=30)
    paid(session, county, purchase, received_fen=6_403)
    assert owed(session, county.finance, TODAY) == {"not_due": 2 * 6_403}
    paid(session, county, purchase)
    assert owed(session, county.finance, TODAY) == {}


@pytest.mark.parametrize(
    ("late", "age"),
    [
        (0, "not_due"),
        (1, "1-30"),
        (30, "1-30"),
        (31, "31-60"),
        (60, "31-60"),
        (61, "61-90"),
        (90, "61-90"),
        (91, "over-90"),
        (900, "over-90"),
    ],
)
def test_a_debt_has_the_age_of_the_days_it_is_late(session, county, late, age):
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 1)))
    accepted(session, county, order)
    then = pay_by(TODAY) + timedelta(days=late)
    assert owed(session, county.finance, then) == {age: 6_403}
    (debt,) = list_debts(session, county.finance, Age(age), PAGE, then).items
    assert (debt.order_id, debt.owed_fen, debt.days_late(then)) == (order.id, 6_403, late)
    others = [other for other in Age if other != age]
    assert all(list_debts(session, county.finance, one, PAGE, then).total == 0 for one in others)


@given(some.integers(-400, 4000))
def test_every_day_belongs_to_exactly_one_age(days):
    due = TODAY - timedelta(days=days)
    found = [
        age
        for age in Age
        for first, last in [days_of(age, TODAY)]
        if (first is None or first <= due) and (last is None or due <= last)
    ]
    assert len(found) == 1


def test_each_side_sees_its_own_and_the_centre_sees_all(session, county):
    for goods in (county.mushrooms, county.noodles):
        _purchase, (order,) = placed(session, county, county.wish((goods, 1)))
        accepted(session, county, order)
    whole = 6_403 + 1_999
    assert owed(session, county.finance, TODAY) == {"not_due": whole}
    assert owed(session, county.cashier, TODAY) == {"not_due": whole}
    assert owed(session, county.clerk, TODAY) == {"not_due": 6_403}
    assert owed(session, county.other_clerk, TODAY) == {"not_due": 1_999}
    assert owed(session, county.stranger, TODAY) == {}


def test_what_is_paid_first_is_never_a_debt(session, county):
    wish = county.wish((county.mushrooms, 1), terms="PREPAY")
    _purchase, (order,) = placed(session, county, wish)
    assert order.pay_by is None
    assert pay_by(date(2026, 12, 31)) == date(2027, 1, 30)


def limited(session, county, limit_fen: int | None) -> None:
    limit = CreditLimit(limit_fen, "合作社周转")
    operator = person(session, f"operator{limit_fen}@test", ("CENTRE", 1, "OPERATOR"))
    set_credit_limit(session, operator, county.unit_id, limit, now=START)


def test_goods_before_money_stay_within_the_limit(session, county):
    limited(session, county, 3 * 6_403)
    purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 2)))
    with pytest.raises(CreditLimitReached) as refused:
        placed(session, county, county.wish((county.mushrooms, 2)))
    assert refused.value.params == {"limit": "192.09", "owed": "128.06", "wanted": "128.06"}
    placed(session, county, county.wish((county.mushrooms, 2), terms="PREPAY"))
    accepted(session, county, order)
    paid(session, county, purchase)
    placed(session, county, county.wish((county.mushrooms, 3)))


def test_a_limit_of_nothing_allows_only_money_first_and_none_allows_all(session, county):
    limited(session, county, 0)
    with pytest.raises(CreditLimitReached):
        placed(session, county, county.wish((county.mushrooms, 1)))
    limited(session, county, None)
    placed(session, county, county.wish((county.mushrooms, 100)))


def test_only_operators_set_a_limit_and_say_why(session, county):
    for who in (county.finance, county.clerk, county.auditor):
        with pytest.raises((Forbidden, NotFound)):
            set_credit_limit(session, who, county.unit_id, CreditLimit(1, "x"), now=START)
    operator = person(session, "operator@test", ("CENTRE", 1, "OPERATOR"))
    with pytest.raises(InvalidInput):
        set_credit_limit(session, operator, county.unit_id, CreditLimit(1, " "), now=START)


def test_two_approved_at_once_never_exceed_the_limit(engine, session, county):
    limited(session, county, 5 * 6_403)
    waiting = []
    for _ in range(8):
        wish = county.wish((county.mushrooms, 2))
        purchase = ordering.draft_purchase(session, county.buyer, wish, START)
        waiting.append(ordering.submit(session, county.buyer, purchase.id, START).id)
    session.commit()

    def approve(purchase_id: int) -> bool:
        with Session(engine) as mine:
            try:
                ordering.approve(mine, county.approver, purchase_id, START)
                mine.commit()
            except CreditLimitReached:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(approve, waiting)) == 2
    assert owed_by_unit(session, county.unit_id) == 4 * 6_403


def test_a_debt_is_reminded_of_once_at_each_stage(session: Session, county: County) -> None:
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 2)))
    accepted(session, county, order)
    assert order.pay_by is not None
    told = []
    for days in range(-10, 70):
        at = START + timedelta(days=30 + days)
        for _ in range(2):
            ordering.remind_debtors(session, at)
        wanted = select(OutboxMessage).where(OutboxMessage.effect_key.contains(":pay_"))
        told.append(len(session.scalars(wanted).all()))
    # A week before, on the day, a week and a month after: each written once.
    assert [told.index(number) - 10 for number in (1, 2, 3, 4)] == [-7, 0, 7, 30]
    assert max(told) == 4


def test_what_is_paid_is_not_reminded_of(session: Session, county: County) -> None:
    purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 2)))
    accepted(session, county, order)
    paid(session, county, purchase)
    assert ordering.remind_debtors(session, START + timedelta(days=90)) == 0
