"""Money goes back the way it came, once, however often it is asked; disputes hold it back."""

import pytest
from sqlalchemy import func, select

from marketplace.ledger.rules import (
    DISPUTED,
    DISPUTES_LOST,
    GATEWAY,
    OUTGOING,
    credit_account,
)
from marketplace.payments.models import Dispute, Payout
from marketplace.payments.queries.gateway import MOST, list_money_on_its_way
from marketplace.reports.queries import reconcile
from tests.county import START
from tests.payments.looking import effects, holds, payment_of

PRICE = 6_403


@pytest.fixture
def cancelled(paid, shopper, placed, session):
    """Paid, then cancelled by the buyer: the money is credit and a refund waits to be asked."""
    shopper.must(f"/purchases/{placed}/cancel", {"reason": "不需要了"})
    return placed


def test_what_is_cancelled_goes_back_the_way_it_came(cancelled, work, fake, session):
    work()
    payout = session.scalars(select(Payout)).one()
    assert (payout.state, payout.amount_fen, payout.reference) == ("PAID", 3 * PRICE, "re_test_5")
    assert (holds(session, GATEWAY), fake.held_fen, holds(session, OUTGOING)) == (0, 0, 0)
    assert reconcile(session) == []


@pytest.mark.slow
@pytest.mark.parametrize("way", ["breaks_before", "breaks_after"])
def test_a_refund_is_made_once_however_often_it_is_asked(
    cancelled, work, fake, clock, session, way
):
    setattr(fake, way, 4)
    work()
    assert reconcile(session) == []
    for _ in range(4):
        clock.advance(hours=1)
        work()
    assert len(fake.refunds) == 1
    assert session.scalars(select(Payout.state)).one() == "PAID"
    assert reconcile(session) == []


def test_a_refund_that_waits_is_looked_up(cancelled, work, fake, clock, session):
    fake.refund_status = "pending"
    work()
    assert session.scalars(select(Payout.state)).one() == "RELEASED"
    assert holds(session, OUTGOING) == -3 * PRICE
    fake.refunds["re_test_5"]["status"] = "succeeded"
    clock.advance(minutes=21)
    work()
    assert session.scalars(select(Payout.state)).one() == "PAID"
    assert reconcile(session) == []


def test_a_refund_that_fails_becomes_credit_again(cancelled, work, fake, tell, county, session):
    work()
    refund = {**fake.refunds["re_test_5"], "status": "failed"}
    fake.intents[refund["payment_intent"]]["refunded"] = 0
    for _ in range(2):
        assert tell(fake.tell("refund.failed", refund)) == 200
    assert session.scalars(select(Payout.state)).one() == "RETURNED"
    credit = credit_account(None, county.shopper.person_id)
    assert (holds(session, credit), holds(session, GATEWAY)) == (-3 * PRICE, fake.held_fen)
    assert reconcile(session) == []


def test_a_refund_beyond_the_gateways_time_stays_credit(
    paid, shopper, placed, work, clock, county, session
):
    clock.advance(days=90)
    session.rollback()
    work()
    credit = credit_account(None, county.shopper.person_id)
    assert holds(session, credit) == -3 * PRICE
    assert session.scalar(select(func.count()).select_from(Payout)) == 0
    assert reconcile(session) == []


def test_a_refund_by_hand_at_the_gateway_is_told_and_booked(paid, fake, tell, session):
    intent = next(iter(fake.intents.values()))
    by_hand = fake._refund({"payment_intent": intent["id"], "amount": "500"})
    assert tell(fake.tell("refund.created", by_hand)) == 200
    assert tell(fake.tell("refund.updated", by_hand)) == 200
    assert effects(session)[-2:] == ["ODD", "ODD"]
    assert holds(session, GATEWAY) == fake.held_fen == 3 * PRICE - 500
    assert reconcile(session) == []


@pytest.mark.parametrize("status", ["won", "lost"])
@pytest.mark.parametrize("order", ["in order", "closed first"])
def test_a_dispute_is_held_back_and_ends_either_way(paid, fake, tell, session, status, order):
    intent = next(iter(fake.intents))
    opened = {
        "id": "dp_1",
        "amount": 3 * PRICE,
        "payment_intent": intent,
        "status": "needs_response",
    }
    closed = {**opened, "status": status}
    told = [("charge.dispute.created", opened), ("charge.dispute.closed", closed)]
    for kind, subject in told if order == "in order" else reversed(told):
        assert tell(fake.tell(kind, subject)) == 200
    assert session.scalars(select(Dispute.state)).one() == status.upper()
    lost = 3 * PRICE if status == "lost" else 0
    assert holds(session, GATEWAY) == 3 * PRICE - lost
    assert (holds(session, DISPUTED), holds(session, DISPUTES_LOST)) == (0, lost)
    assert reconcile(session) == []


def test_a_question_of_the_payers_bank_takes_nothing_until_it_is_a_dispute(
    paid, fake, tell, session
):
    """An inquiry (Stripe: status `warning_…`) withdraws no money, and may end as one."""
    asked = {"id": "dp_1", "amount": 3 * PRICE, "payment_intent": next(iter(fake.intents))}
    told = [
        ("charge.dispute.created", "warning_needs_response"),
        ("charge.dispute.closed", "warning_closed"),
    ]
    for kind, status in told:
        assert tell(fake.tell(kind, {**asked, "status": status})) == 200
    assert session.scalars(select(Dispute)).all() == []
    assert (holds(session, GATEWAY), holds(session, DISPUTED)) == (3 * PRICE, 0)
    assert effects(session)[-2:] == ["ODD", "ODD"]
    assert tell(fake.tell("charge.dispute.updated", {**asked, "status": "needs_response"})) == 200
    assert session.scalars(select(Dispute.state)).one() == "OPEN"
    assert (holds(session, GATEWAY), holds(session, DISPUTED)) == (0, 3 * PRICE)
    assert reconcile(session) == []


def test_refunds_that_came_back_hide_none_that_waits(paid, shopper, placed, fake, work, session):
    """They are shown for good; what the gateway still has is what somebody looks for."""
    payment = payment_of(session)
    back = {"kind": "CREDIT", "road": "GATEWAY", "state": "RETURNED", "amount_fen": 1}
    whose = {"payment_id": payment.id, "requested_at": START}
    session.add_all(Payout(number=f"T{place}", **back, **whose) for place in range(MOST))
    session.commit()
    fake.refund_status = "pending"
    shopper.must(f"/purchases/{placed}/cancel", {"reason": "不需要了"})
    work()
    shown = list_money_on_its_way(session)
    assert [one.state for one in shown[:2]] == ["RELEASED", "RETURNED"]
    assert shown[1].number == f"T{MOST - 1}"
