"""Goods that came before the money are paid within 30 days; what is late is told by its age."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from marketplace.core.clock import day_of
from marketplace.core.paging import PageRequest
from marketplace.ordering.queries.debts import list_debts, sum_debts
from marketplace.ordering.rules.debts import Age, days_of, pay_by
from tests.county import START, County, build
from tests.ordering.steps import accepted, paid, placed

TODAY = day_of(START)
PAGE = PageRequest(1, 24)


@pytest.fixture
def county(session) -> County:
    return build(session)


def owed(session, identity, today: date) -> dict[str, int]:
    sums = sum_debts(session, identity, today)
    return {one.age: one.amount_fen for one in sums if one.orders}


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
