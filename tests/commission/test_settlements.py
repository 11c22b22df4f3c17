"""Settling with hosts and agencies: each part once, below zero carried, tax withheld, paid once."""

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from marketplace.ordering import commands as ordering
from marketplace.ordering.rules import RefundedLine, RefundWish
from marketplace.payments.commands import (
    freeze_commission,
    pay_commission_settlement,
)
from marketplace.payments.models import CommissionSettlement, CommissionSettlementLine, Payout
from marketplace.payments.queries import payees_to_settle
from marketplace.payments.rules.settlement import NothingToPayOut, PeriodNotOver, PeriodUnknown
from marketplace.reports.queries import reconcile
from tests.commission.road import bought, finished, sold_by_link
from tests.commission.settling import (
    agency,
    frozen,
    given_back,
    has_account,
    host,
    owed,
    paid_out,
)
from tests.county import START, County
from tests.livestream.sessions import an_agency, hold_session
from tests.ordering.steps import lines_of
from tests.payments.settling import DECEMBER, IN_DECEMBER, IN_JANUARY, NOVEMBER

TWENTY = "01234567890123456789"


@pytest.fixture
def held(session: Session, county: County):
    """A session whose host has an account, and half of the sale to earn."""
    held = hold_session(session, county, county.mushrooms, rate_ppm=500_000)
    has_account(session, host(held.host_id))
    session.commit()
    return held


@pytest.fixture
def agency_id(session: Session, held) -> int:
    agency_id = an_agency(session, held.host_id, 300_000)
    session.commit()
    return agency_id


def test_frozen_again_it_is_the_same(session, county, held):
    sold_by_link(session, county, held, (county.mushrooms, 2))
    first = frozen(session, county, host(held.host_id))
    assert frozen(session, county, host(held.host_id)).id == first.id
    assert session.scalar(select(func.count()).select_from(Payout)) == 1


def test_host_and_agency_are_settled_each_with_their_part(session, county, held, agency_id):
    sold_by_link(session, county, held, (county.mushrooms, 3))
    # Half of 19,209 fen, rounded down: 9,604; 30 % of it are the agency's.
    assert frozen(session, county, host(held.host_id)).amount_fen == 6_723
    assert frozen(session, county, agency(agency_id)).amount_fen == 2_881
    assert reconcile(session) == []


def test_what_is_within_its_after_sale_time_or_disputed_waits(session, county, held):
    late = datetime(2026, 11, 29, 4, tzinfo=START.tzinfo)
    purchase, orders = bought(session, county, (county.mushrooms, 2), code=held.host_id)
    finished(session, county, purchase, orders, late)
    payee = host(held.host_id)
    assert freeze_commission(session, county.cashier, payee, NOVEMBER, IN_DECEMBER) is None
    _purchase, (order,) = sold_by_link(session, county, held, (county.mushrooms, 2))
    line = lines_of(session, order.id)[0]
    wish = RefundWish((RefundedLine(line.id, 1),), reason="少了")
    asked = ordering.request_refund(session, county.shopper, order.id, wish, START)
    assert freeze_commission(session, county.cashier, payee, NOVEMBER, IN_DECEMBER) is None
    ordering.approve_refund(session, county.clerk, asked.id, START)
    assert frozen(session, county, payee).amount_fen == 3_201
    assert reconcile(session) == []


def test_what_was_given_back_whole_before_needs_no_settlement(session, county, held):
    _purchase, (order,) = sold_by_link(session, county, held, (county.mushrooms, 2))
    given_back(session, county, order.id, 2)
    payee = host(held.host_id)
    assert freeze_commission(session, county.cashier, payee, NOVEMBER, IN_DECEMBER) is None
    assert reconcile(session) == []


def test_a_refund_after_the_payout_is_carried_and_netted(session, county, held):
    payee = host(held.host_id)
    _purchase, (order,) = sold_by_link(session, county, held, (county.mushrooms, 2))
    frozen(session, county, payee)
    paid_out(session, county)
    given_back(session, county, order.id, 2, IN_DECEMBER)
    assert owed(session, payee) == -6_403
    december = frozen(session, county, payee, DECEMBER, IN_JANUARY)
    assert (december.amount_fen, december.closing_fen, december.tax_fen) == (-6_403, -6_403, 0)
    assert session.scalar(select(func.count()).select_from(Payout)) == 1
    later = hold_session(
        session,
        county,
        county.mushrooms,
        rate_ppm=500_000,
        started_at=IN_JANUARY - timedelta(hours=1),
        host=(held.host_id, held.host),
    )
    purchase, orders = bought(
        session, county, (county.mushrooms, 4), code=later.host_id, now=IN_JANUARY
    )
    finished(session, county, purchase, orders, IN_JANUARY)
    february = datetime(2027, 2, 1, 2, tzinfo=START.tzinfo)
    january = frozen(session, county, payee, "2027-01", february)
    assert (january.carried_fen, january.amount_fen) == (-6_403, 12_806)
    assert january.closing_fen == 6_403
    assert owed(session, payee) == 0
    assert reconcile(session) == []


def test_too_little_is_carried_and_never_lost(session, county):
    held = hold_session(session, county, county.mushrooms, rate_ppm=5_000)
    has_account(session, host(held.host_id))
    sold_by_link(session, county, held, (county.mushrooms, 1))
    settlement = frozen(session, county, host(held.host_id))
    assert (settlement.closing_fen, settlement.tax_fen) == (32, 0)
    with pytest.raises(NothingToPayOut):
        pay_commission_settlement(session, county.cashier, settlement.id, IN_DECEMBER)
    assert session.scalars(select(Payout)).all() == []
    assert owed(session, host(held.host_id)) == 32
    assert reconcile(session) == []


def test_who_sells_by_the_month_after_is_settled_the_month_after(session, county, held):
    sold_by_link(session, county, held, (county.mushrooms, 2))
    with pytest.raises(PeriodNotOver):
        frozen(session, county, host(held.host_id), DECEMBER)
    frozen(session, county, host(held.host_id))
    early = freeze_commission(session, county.cashier, host(held.host_id), "2026-10", IN_DECEMBER)
    assert early is None


@pytest.mark.parametrize("period", ["", "2026-13", "26-11", "2026-11-01", "٢٠٢٦-11", "x" * 1000])
def test_no_month_is_refused(session, county, held, period):
    with pytest.raises(PeriodUnknown):
        freeze_commission(session, county.cashier, host(held.host_id), period, IN_DECEMBER)


def test_those_with_whom_we_are_not_even_are_settled(session, county, held, agency_id):
    assert payees_to_settle(session, NOVEMBER) == []
    sold_by_link(session, county, held, (county.mushrooms, 2))
    assert payees_to_settle(session, NOVEMBER) == [host(held.host_id), agency(agency_id)]
    # The agency's invoice is not there yet, so we still owe; its month is settled.
    frozen(session, county, agency(agency_id))
    assert payees_to_settle(session, NOVEMBER) == [host(held.host_id)]
    assert payees_to_settle(session, "2026-10") == [host(held.host_id)]
    frozen(session, county, host(held.host_id))
    assert payees_to_settle(session, NOVEMBER) == []


def test_two_who_settle_at_once_settle_each_part_once(
    session: Session, engine: Engine, county: County, held, agency_id
):
    for _ in range(3):
        sold_by_link(session, county, held, (county.mushrooms, 2))
    session.commit()
    barrier = Barrier(4)

    def settle(payee, period):
        with Session(engine) as own:
            barrier.wait()
            freeze_commission(own, county.cashier, payee, period, IN_JANUARY)
            own.commit()

    wanted = [(host(held.host_id), NOVEMBER), (host(held.host_id), DECEMBER)]
    wanted += [(agency(agency_id), NOVEMBER)] * 2
    threads = [Thread(target=settle, args=one) for one in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session.rollback()
    assert session.scalar(select(func.count()).select_from(CommissionSettlementLine)) == 6
    assert session.scalar(select(func.sum(CommissionSettlement.amount_fen))) == 3 * 6_403
    assert reconcile(session) == []


def test_a_settled_part_is_never_changed(session, county, held):
    sold_by_link(session, county, held, (county.mushrooms, 2))
    frozen(session, county, host(held.host_id))
    line = session.scalars(select(CommissionSettlementLine)).one()
    line.amount_fen += 1
    with pytest.raises(DatabaseError):
        session.flush()
    session.rollback()


def test_a_forged_settlement_is_found(session, county, held):
    sold_by_link(session, county, held, (county.mushrooms, 2))
    settlement = frozen(session, county, host(held.host_id))
    settlement.amount_fen += 1
    settlement.closing_fen += 1
    session.flush()
    assert {one.check for one in reconcile(session)} == {"commission.settlement"}
