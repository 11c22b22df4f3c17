"""Running sums are what others wait for: each is taken once in a command, and always in one order:
accounts, units, villages. Taken otherwise, two commands wait for each other forever."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from marketplace.ordering import commands as ordering
from marketplace.ordering.models import Order, Purchase
from marketplace.ordering.rules import LineVerdict, RefundedLine, RefundWish
from marketplace.producers.commands import set_freight
from marketplace.producers.rules import flat_tariff
from marketplace.quota.commands import publish_rule
from marketplace.quota.models import QuotaEntry
from marketplace.reports.queries import reconcile
from tests.county import START, County, floor_rule, person
from tests.ordering.steps import accepted, completed, delivered, lines_of, orders_of, paid, placed

SUMS = ("account_balance", "quota_total", "attribution_total")
ADDS = re.compile(r"^INSERT INTO (\w+) .* ON CONFLICT .* DO UPDATE", re.DOTALL)
LONG_AGO = START - timedelta(days=600)


@contextmanager
def sums_taken(session: Session) -> Iterator[list[str]]:
    """The running sums that are written, statement by statement."""
    session.flush()
    taken: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        found = ADDS.match(statement)
        if found and found[1] in SUMS:
            taken.append(found[1])

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    yield taken
    event.remove(engine, "before_cursor_execute", note)


def in_order(taken: list[str]) -> bool:
    """Each once, in the order of all."""
    return taken == [one for one in SUMS if one in taken]


@pytest.fixture
def points(session: Session, county: County) -> None:
    """Two rules more: what is ordered counts under the one, what is accepted under the other,
    and freight with both."""
    for code, point in (("as-ordered", "PLACED"), ("as-accepted", "ACCEPTED")):
        rule = replace(floor_rule(2026), code=code, recognition_point=point, freight_counts=True)
        publish_rule(session, rule, LONG_AGO)
    for clerk, producer_id in (
        (county.clerk, county.producer_id),
        (county.other_clerk, county.other_producer_id),
    ):
        set_freight(session, clerk, producer_id, flat_tariff(500, 0), LONG_AGO)


def two_prepaid(session: Session, county: County) -> tuple[Purchase, list[Order]]:
    wish = county.wish((county.mushrooms, 2), (county.noodles, 2), terms="PREPAY")
    purchase, orders = placed(session, county, wish)
    paid(session, county, purchase)
    return purchase, orders


def test_a_purchase_that_is_called_off_takes_each_sum_once(session, county, points):
    purchase, _orders = two_prepaid(session, county)
    with sums_taken(session) as taken:
        ordering.cancel_purchase(session, county.buyer, purchase.id, "不要了", START)
    assert taken == ["account_balance", "quota_total"]
    assert {order.state for order in orders_of(session, purchase.id)} == {"CANCELLED"}
    assert reconcile(session) == []


def test_one_order_that_is_declined_takes_each_sum_once(session, county, points):
    _purchase, orders = two_prepaid(session, county)
    with sums_taken(session) as taken:
        ordering.decline(session, county.clerk, orders[0].id, "没货", START)
    assert taken == ["account_balance", "quota_total"]
    assert reconcile(session) == []


def test_what_expires_at_once_takes_each_sum_once(session, county, points):
    for _one in range(2):
        two_prepaid(session, county)
    with sums_taken(session) as taken:
        ordering.expire_due(session, START + timedelta(days=16))
    assert taken == ["account_balance", "quota_total"]
    assert reconcile(session) == []


def test_an_acceptance_that_falls_short_takes_each_sum_once(session, county, points):
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 5)))
    delivered(session, county, order)
    (line,) = lines_of(session, order.id)
    verdicts = (LineVerdict(line.id, 3, reason="少了"),)
    with sums_taken(session) as taken:
        ordering.accept(session, county.approver, order.id, verdicts, START)
    assert taken == ["account_balance", "quota_total"]
    assert reconcile(session) == []


def test_a_reattribution_takes_each_sum_once(session, county, points):
    other = person(session, "approver@other", ("UNIT", county.other_unit_id, "APPROVER"))
    _purchase, (order,) = completed(session, county, county.wish((county.mushrooms, 2)))
    wish = (order.id, county.other_unit_id, "选错了")
    asked = ordering.ask_reattribution(session, county.buyer, county.unit_id, wish, now=START)
    ordering.approve_reattribution(session, county.approver, county.unit_id, asked.id, START)
    with sums_taken(session) as taken:
        ordering.approve_reattribution(session, other, county.other_unit_id, asked.id, START)
    assert taken == ["quota_total", "attribution_total"]
    freight = select(QuotaEntry).where(QuotaEntry.order_line_id.is_(None))
    assert len(session.scalars(freight).all()) > 2
    assert reconcile(session) == []


@pytest.mark.parametrize("is_paid", [False, True])
def test_a_refund_takes_each_sum_once(session, county, points, is_paid):
    purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 3)))
    accepted(session, county, order)
    if is_paid:
        paid(session, county, purchase)
    (line,) = lines_of(session, order.id)
    wish = RefundWish((RefundedLine(line.id, 1),), reason="发霉")
    refund = ordering.request_refund(session, county.buyer, order.id, wish, START)
    with sums_taken(session) as taken:
        ordering.approve_refund(session, county.clerk, refund.id, START)
    assert in_order(taken), taken
    assert taken[:2] == ["account_balance", "quota_total"]
    assert reconcile(session) == []
