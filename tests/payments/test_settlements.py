"""Settling with producers: each entry once, negative balances carried, nothing paid twice."""

from datetime import date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.core.closed import open_words
from marketplace.core.errors import Forbidden
from marketplace.ledger.queries import balance_of
from marketplace.ledger.rules import OUTGOING
from marketplace.ordering import commands as ordering
from marketplace.ordering.rules import RefundedLine, RefundWish
from marketplace.payments.commands import (
    cancel_settlement_payout,
    freeze,
    make_batch,
    note_results,
)
from marketplace.payments.models import Payout, SettlementLine
from marketplace.payments.queries import get_settlement, producers_to_settle
from marketplace.payments.rules.payouts import (
    Result,
)
from marketplace.payments.rules.settlement import (
    PeriodNotOver,
    PeriodUnknown,
    last_period,
)
from marketplace.reports.queries import reconcile
from tests.county import START, County
from tests.ordering.steps import lines_of
from tests.payments.settling import (
    DECEMBER,
    IN_DECEMBER,
    IN_JANUARY,
    NOVEMBER,
    declare,
    frozen,
    owed,
    refund,
    released,
    sold,
    told,
)


@pytest.fixture
def county(session: Session, county: County) -> County:
    declare(session, county)
    return county


def test_a_month_is_frozen_and_its_payout_asked_for(session, county):
    order = sold(session, county)
    settlement = frozen(session, county)
    assert (settlement.carried_fen, settlement.amount_fen) == (0, order.payable_fen)
    payout = session.scalars(select(Payout)).one()
    assert (payout.amount_fen, open_words(session, payout.account_number_sealed)) == (
        order.payable_fen,
        "81010000111",
    )
    assert (owed(session, county), -balance_of(session, OUTGOING)) == (0, order.payable_fen)
    view = get_settlement(session, settlement.id)
    assert [line.order_id for line in view.lines] == [order.id]
    assert reconcile(session) == []


def test_the_producer_hears_what_was_settled_and_that_it_was_paid(session, county):
    sold(session, county)
    for _twice in range(2):
        frozen(session, county)
    assert told(session, "clerk@test") == ["会沟村食用菌合作社 2026-11 已结算,将付 128.06 元"]
    result = Result(released(session, county).number, True, "BANK-OUT")
    for _twice in range(2):
        note_results(session, county.cashier, [result], IN_DECEMBER)
    (paid,) = told(session, "clerk@test")[1:]
    assert paid == "会沟村食用菌合作社 2026-11 的结算款 128.06 元已付出"


def test_those_are_to_be_settled_whom_we_owe_and_who_have_no_settlement_of_the_month(
    session, county
):
    assert producers_to_settle(session, NOVEMBER) == []
    sold(session, county)
    assert producers_to_settle(session, NOVEMBER) == [county.producer_id]
    frozen(session, county)
    assert producers_to_settle(session, NOVEMBER) == []
    released(session, county)
    sold(session, county, now=IN_DECEMBER)
    assert producers_to_settle(session, NOVEMBER) == []
    assert producers_to_settle(session, DECEMBER) == [county.producer_id]


def test_frozen_again_it_is_the_same(session, county):
    sold(session, county)
    first = frozen(session, county)
    assert frozen(session, county).id == first.id
    assert session.scalar(select(func.count()).select_from(Payout)) == 1


def test_what_is_within_its_after_sale_time_or_disputed_waits(session, county):
    late = datetime(2026, 11, 29, 4, tzinfo=START.tzinfo)
    sold(session, county, now=late)
    assert freeze(session, county.cashier, county.producer_id, NOVEMBER, IN_DECEMBER) is None
    order = sold(session, county)
    line = lines_of(session, order.id)[0]
    wish = RefundWish((RefundedLine(line.id, 1),), reason="少了")
    asked = ordering.request_refund(session, county.buyer, order.id, wish, START)
    assert freeze(session, county.cashier, county.producer_id, NOVEMBER, IN_DECEMBER) is None
    ordering.approve_refund(session, county.clerk, asked.id, START)
    settlement = frozen(session, county)
    assert settlement.amount_fen == 6_403
    assert reconcile(session) == []


def test_a_refund_after_the_payout_is_carried_and_netted(session, county):
    order = sold(session, county)
    frozen(session, county)
    payout = released(session, county)
    note_results(session, county.cashier, [Result(payout.number, True, "R1")], IN_DECEMBER)
    assert balance_of(session, OUTGOING) == 0
    refund(session, county, order, 1, IN_DECEMBER)
    assert owed(session, county) == -6_403
    december = frozen(session, county, DECEMBER, IN_JANUARY)
    assert (december.amount_fen, december.closing_fen) == (-6_403, -6_403)
    assert session.scalar(select(func.count()).select_from(Payout)) == 1
    sold(session, county, 3, IN_JANUARY)
    march = datetime(2027, 2, 1, 2, tzinfo=START.tzinfo)
    january = frozen(session, county, "2027-01", march)
    assert (january.carried_fen, january.amount_fen) == (-6_403, 19_209)
    assert january.closing_fen == 12_806
    assert owed(session, county) == 0
    assert reconcile(session) == []


@pytest.mark.parametrize("period", ["", "2026-13", "26-11", "2026-11-01", "٢٠٢٦-11", "x" * 1000])
def test_no_month_is_refused(session, county, period):
    with pytest.raises(PeriodUnknown):
        freeze(session, county.cashier, county.producer_id, period, IN_DECEMBER)


def test_a_month_that_is_not_over_is_refused_and_an_earlier_one_is_closed(session, county):
    sold(session, county)
    with pytest.raises(PeriodNotOver):
        freeze(session, county.cashier, county.producer_id, DECEMBER, IN_DECEMBER)
    frozen(session, county)
    assert freeze(session, county.cashier, county.producer_id, "2026-10", IN_DECEMBER) is None


def test_only_the_cashier_settles_and_makes_batches(session, county):
    sold(session, county)
    for other in (county.auditor, county.operator, county.clerk, county.finance):
        with pytest.raises(Forbidden):
            freeze(session, other, county.producer_id, NOVEMBER, IN_DECEMBER)
    frozen(session, county)
    payout = session.scalars(select(Payout)).one()
    with pytest.raises(Forbidden):
        make_batch(session, county.auditor, [payout.id], IN_DECEMBER)
    with pytest.raises(Forbidden):
        cancel_settlement_payout(session, county.auditor, payout.id, IN_DECEMBER)
    with pytest.raises(Forbidden):
        note_results(session, county.auditor, [], IN_DECEMBER)


def test_two_who_settle_at_once_settle_each_entry_once(
    session: Session, engine: Engine, county: County
):
    for _ in range(4):
        sold(session, county)
    session.commit()
    barrier = Barrier(4)

    def settle(period):
        with Session(engine) as own:
            barrier.wait()
            freeze(own, county.cashier, county.producer_id, period, IN_JANUARY)
            own.commit()

    threads = [Thread(target=settle, args=(one,)) for one in (NOVEMBER, DECEMBER) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session.rollback()
    assert session.scalar(select(func.count()).select_from(SettlementLine)) == 4
    assert session.scalar(select(func.sum(Payout.amount_fen))) == 4 * 12_806
    assert reconcile(session) == []


def test_a_settled_entry_is_never_changed(session, county):
    sold(session, county)
    frozen(session, county)
    line = session.scalars(select(SettlementLine)).one()
    line.amount_fen += 1
    with pytest.raises(DatabaseError):
        session.flush()
    session.rollback()


@pytest.mark.parametrize(
    ("today", "period"), [(date(2026, 1, 5), "2025-12"), (date(2026, 12, 31), "2026-11")]
)
def test_the_month_before_this_one(today, period):
    assert last_period(today) == period


def test_a_forged_settlement_is_found(session, county):
    sold(session, county)
    settlement = frozen(session, county)
    settlement.amount_fen += 1
    settlement.closing_fen += 1
    session.flush()
    assert {one.check for one in reconcile(session)} == {"settlement.sum"}
    assert day_of(IN_DECEMBER) - timedelta(days=7) > day_of(START)
