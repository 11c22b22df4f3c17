"""Freight counts where a rule says so, with the goods it carried, once the order is complete."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from marketplace.ordering import commands as ordering
from marketplace.ordering.queries import get_order
from marketplace.ordering.queries.counting import counting_of
from marketplace.ordering.queries.trial import bought_by_unit
from marketplace.ordering.rules import RefundedLine, RefundWish
from marketplace.quota.commands import publish_rule
from marketplace.quota.models import QuotaEntry
from marketplace.quota.queries import rules_in_force
from marketplace.reports.queries import reconcile, unit_year
from tests.county import START, floor_rule
from tests.ordering.steps import accepted, lines_of, paid, placed
from tests.ordering.test_reattribution import moved, other_approver  # noqa: F401  (a fixture)

TODAY = START.date()
FREIGHT_FEN = 1_500


@pytest.fixture
def with_freight(session, county):
    """The county's rule of the year counts freight from now on."""
    text = replace(floor_rule(2026), version=2, freight_counts=True)
    publish_rule(session, text, START)


def bought(session, county, *wanted):
    """An order with freight, accepted and paid."""
    purchase, (order,) = placed(session, county, county.wish(*wanted))
    ordering.confirm(session, county.clerk, order.id, FREIGHT_FEN, START)
    accepted(session, county, order)
    paid(session, county, purchase)
    return order


def counted(session, unit_id):
    return unit_year(session, unit_id, 2026, TODAY).rules[0].counted_fen


def test_case_17_freight_counts_where_a_rule_says_so(session, county, with_freight):
    order = bought(session, county, (county.mushrooms, 2))
    assert counted(session, county.unit_id) == 2 * 6_403 + FREIGHT_FEN
    words = counting_of(session, get_order(session, county.buyer, order.id), TODAY)
    assert (words.counted_fen, words.rules[0].freight_fen) == (2 * 6_403 + FREIGHT_FEN, FREIGHT_FEN)
    assert reconcile(session) == []


def test_on_its_way_it_waits_with_the_goods(session, county, with_freight):
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 2)))
    ordering.confirm(session, county.clerk, order.id, FREIGHT_FEN, START)
    year = unit_year(session, county.unit_id, 2026, TODAY)
    assert year.rules[0].waiting_fen == 2 * 6_403 + FREIGHT_FEN
    assert year.rules[0].counted_fen == 0


def test_freight_of_goods_that_do_not_count_does_not_count(session, county, with_freight):
    bought(session, county, (county.oil, 1))
    assert counted(session, county.unit_id) == 0
    bought(session, county, (county.oil, 1), (county.mushrooms, 1))
    assert counted(session, county.unit_id) == 6_403 + FREIGHT_FEN
    assert reconcile(session) == []


def test_a_rule_that_counts_earlier_counts_freight_at_completion(session, county):
    text = replace(floor_rule(2026), version=2, freight_counts=True, recognition_point="PLACED")
    publish_rule(session, text, START)
    purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 2)))
    assert counted(session, county.unit_id) == 2 * 6_403
    ordering.confirm(session, county.clerk, order.id, FREIGHT_FEN, START)
    accepted(session, county, order)
    assert counted(session, county.unit_id) == 2 * 6_403
    paid(session, county, purchase)
    assert counted(session, county.unit_id) == 2 * 6_403 + FREIGHT_FEN
    assert reconcile(session) == []


def test_a_refund_of_goods_leaves_the_freight_that_was_paid(session, county, with_freight):
    order = bought(session, county, (county.mushrooms, 2))
    (line,) = lines_of(session, order.id)
    wish = RefundWish((RefundedLine(line.id, 1),), reason="受潮")
    asked = ordering.request_refund(session, county.buyer, order.id, wish, START)
    ordering.approve_refund(session, county.clerk, asked.id, START)
    assert counted(session, county.unit_id) == 6_403 + FREIGHT_FEN
    assert reconcile(session) == []


def test_it_moves_with_the_goods(session, county, with_freight, other_approver):  # noqa: F811
    order = bought(session, county, (county.mushrooms, 2))
    moved(session, county, other_approver, order)
    assert counted(session, county.unit_id) == 0
    assert counted(session, county.other_unit_id) == 2 * 6_403 + FREIGHT_FEN
    freight = session.scalars(select(QuotaEntry).where(QuotaEntry.order_line_id.is_(None))).all()
    assert [one.amount_fen for one in freight] == [FREIGHT_FEN, -FREIGHT_FEN, FREIGHT_FEN]
    assert reconcile(session) == []


def test_a_trial_counts_each_orders_freight_once(session, county):
    bought(session, county, (county.mushrooms, 2), (county.oil, 1))
    (rule,) = rules_in_force(session, 2026, "420304000000")
    span = (START.replace(month=1), START.replace(month=12))
    assert bought_by_unit(session, rule, *span) == {county.unit_id: 2 * 6_403}
    with_it = replace(rule, freight_counts=True)
    assert bought_by_unit(session, with_it, *span) == {county.unit_id: 2 * 6_403 + FREIGHT_FEN}
