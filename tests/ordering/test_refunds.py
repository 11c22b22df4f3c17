"""Refunds: money, quota and villages give back exactly what they got."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.attribution.models import AttributionEntry
from marketplace.attribution.queries import total_of
from marketplace.catalogue.commands import add_variant, receive_batch
from marketplace.catalogue.rules import NewVariant, ReceivedBatch
from marketplace.core.db import Base
from marketplace.core.errors import Forbidden
from marketplace.ledger.queries import balance_of
from marketplace.ledger.rules import buyer_account, credit_account, producer_account
from marketplace.ordering import commands as ordering
from marketplace.ordering.models import Order
from marketplace.ordering.rules import RefundedLine, RefundWish, TooMuchRefunded, WrongLines
from marketplace.quota.commands import close_year
from marketplace.quota.models import QuotaEntry
from marketplace.reports.queries import reconcile, unit_year
from tests.county import START, THIRDS, County
from tests.ordering.steps import accepted, completed, lines_of, paid, placed

TODAY = date(2026, 11, 23)


def refund(session: Session, county: County, order: Order, wish: RefundWish) -> None:
    asked = ordering.request_refund(session, county.buyer, order.id, wish, START)
    ordering.approve_refund(session, county.clerk, asked.id, START)


def counted(session: Session, county: County, year: int = 2026) -> int:
    return unit_year(session, county.unit_id, year, TODAY).rules[0].counted_fen


def test_part_of_a_line_is_taken_back_everywhere(session: Session, county: County) -> None:
    _purchase, (order,) = completed(session, county, county.wish((county.mushrooms, 10)))
    line = lines_of(session, order.id)[0]
    refund(session, county, order, RefundWish((RefundedLine(line.id, 3),), reason="发霉"))
    left = 7 * 6_403
    assert counted(session, county) == left
    assert total_of(session, "county", "420304").amount_fen == left
    assert balance_of(session, producer_account(county.producer_id)) == -left
    assert balance_of(session, credit_account(county.unit_id, 0)) == -3 * 6_403
    assert balance_of(session, buyer_account(county.unit_id, 0)) == 0
    assert order.payment_state == "PART_REFUNDED"
    assert reconcile(session) == []


def test_packs_of_two_lines_of_one_product_are_no_longer_sold(
    session: Session, county: County
) -> None:
    mushrooms = county.mushrooms
    big = add_variant(session, mushrooms.product_id, NewVariant("1 公斤", 12_000, 1_000), START)
    batch = ReceivedBatch(big.id, "BIG", date(2026, 11, 1), 365, 50, THIRDS)
    receive_batch(session, batch, START)
    wish = county.wish((mushrooms, 5), (replace(mushrooms, variant_id=big.id), 4))
    _purchase, (order,) = completed(session, county, wish)
    lines = tuple(RefundedLine(line.id, 2) for line in lines_of(session, order.id))
    refund(session, county, order, RefundWish(lines, reason="发霉"))
    product = Base.metadata.tables["product"]
    sold = select(product.c.sold_quantity).where(product.c.id == mushrooms.product_id)
    assert session.scalar(sold) == 5 + 4 - 2 - 2


def test_what_is_left_to_pay_may_be_what_is_given_back(session: Session, county: County) -> None:
    """Accepted on credit and paid in part: with the rest given back nothing is owed any more."""
    purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 10)))
    accepted(session, county, order)
    paid(session, county, purchase, received_fen=6 * 6_403)
    assert order.state == "ACCEPTED"
    line = lines_of(session, order.id)[0]
    refund(session, county, order, RefundWish((RefundedLine(line.id, 4),), reason="发霉"))
    assert order.state == "COMPLETED"
    assert purchase.state == "CLOSED"
    assert counted(session, county) == 6 * 6_403
    assert balance_of(session, producer_account(county.producer_id)) == -6 * 6_403
    assert balance_of(session, buyer_account(county.unit_id, 0)) == 0
    assert reconcile(session) == []


def test_what_is_given_back_whole_before_it_is_paid_ends_the_order(
    session: Session, county: County
) -> None:
    purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 10)))
    accepted(session, county, order)
    line = lines_of(session, order.id)[0]
    refund(session, county, order, RefundWish((RefundedLine(line.id, 10),), reason="发霉"))
    assert (order.state, purchase.state, order.payable_fen) == ("COMPLETED", "CLOSED", 0)
    assert counted(session, county) == 0
    assert reconcile(session) == []


def test_case_4_a_refund_in_an_open_year_stands_in_the_year_of_the_sale(
    session: Session, county: County
) -> None:
    last_year = datetime(2025, 12, 20, 4, tzinfo=UTC)
    _purchase, (order,) = completed(session, county, county.wish((county.mushrooms, 10)), last_year)
    refund(session, county, order, RefundWish(amount_fen=1_000, reason="x", ground="QUALITY"))
    entry = session.scalars(select(QuotaEntry).where(QuotaEntry.amount_fen < 0)).one()
    assert (entry.year, entry.kind) == (2025, "REFUND")
    assert counted(session, county, 2025) == 64_030 - 1_000


def test_case_4_a_refund_after_the_year_was_closed_is_an_adjustment_of_this_year(
    session: Session, county: County
) -> None:
    last_year = datetime(2025, 12, 20, 4, tzinfo=UTC)
    _purchase, (order,) = completed(session, county, county.wish((county.mushrooms, 10)), last_year)
    close_year(session, 2025, START)
    refund(session, county, order, RefundWish(amount_fen=1_000, reason="x", ground="QUALITY"))
    entry = session.scalars(select(QuotaEntry).where(QuotaEntry.amount_fen < 0)).one()
    assert (entry.year, entry.kind, entry.reverses_id is not None) == (2026, "ADJUSTMENT", True)
    assert counted(session, county, 2025) == 64_030
    assert counted(session, county) == -1_000
    assert reconcile(session) == []


def test_no_more_can_be_refunded_than_was_accepted(session: Session, county: County) -> None:
    _purchase, (order,) = completed(session, county, county.wish((county.mushrooms, 2)))
    with pytest.raises(TooMuchRefunded):
        refund(session, county, order, RefundWish(amount_fen=12_807, reason="x"))
    line = lines_of(session, order.id)[0]
    with pytest.raises(WrongLines):
        refund(session, county, order, RefundWish((RefundedLine(line.id, 3),), reason="x"))


def test_waiting_requests_are_spoken_for(session: Session, county: County) -> None:
    _purchase, (order,) = completed(session, county, county.wish((county.mushrooms, 2)))
    wish = RefundWish(amount_fen=10_000, reason="x")
    ordering.request_refund(session, county.buyer, order.id, wish, START)
    with pytest.raises(TooMuchRefunded) as refused:
        ordering.request_refund(session, county.buyer, order.id, wish, START)
    assert refused.value.params == {"most": "28.06"}


def test_a_refund_is_done_once(session: Session, county: County) -> None:
    _purchase, (order,) = completed(session, county, county.wish((county.mushrooms, 2)))
    wish = RefundWish(amount_fen=100, reason="x")
    asked = ordering.request_refund(session, county.buyer, order.id, wish, START)
    ordering.approve_refund(session, county.clerk, asked.id, START)
    ordering.approve_refund(session, county.clerk, asked.id, START)
    assert counted(session, county) == 2 * 6_403 - 100


def test_the_buyer_does_not_decide_on_their_refund(session: Session, county: County) -> None:
    _purchase, (order,) = completed(session, county, county.wish((county.mushrooms, 2)))
    wish = RefundWish(amount_fen=100, reason="x")
    asked = ordering.request_refund(session, county.buyer, order.id, wish, START)
    with pytest.raises(Forbidden):
        ordering.approve_refund(session, county.buyer, asked.id, START)


@pytest.mark.slow
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amounts=st.lists(st.integers(1, 40_000), max_size=5))
def test_case_21_every_sequence_of_refunds_ends_at_nothing_in_every_book(
    session: Session, county: County, amounts: list[int]
) -> None:
    _purchase, (order,) = completed(
        session, county, county.wish((county.mushrooms, 7), (county.oil, 3))
    )
    left = 7 * 6_403 + 3 * 9_900
    for wanted in [*amounts, left]:
        amount_fen = min(wanted, left)
        if amount_fen:
            refund(session, county, order, RefundWish(amount_fen=amount_fen, reason="x"))
            left -= amount_fen
    for model in (QuotaEntry, AttributionEntry):
        query = select(func.sum(model.amount_fen)).where(model.order_id == order.id)
        assert session.scalar(query) == 0
    assert (order.payable_fen, order.payment_state) == (0, "REFUNDED")
    assert reconcile(session) == []
    session.rollback()
