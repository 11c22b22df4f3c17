"""Money that goes back the way it came: a private buyer's credit, by the gateway."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.core.errors import NotFound
from marketplace.ledger.commands import hold
from marketplace.ledger.rules import credit_account
from marketplace.ordering.queries import holder_of
from marketplace.outbox.commands import put
from marketplace.payments.commands.payouts import begin, lock_payout, mark_paid, mark_returned
from marketplace.payments.gateways import MoneyBack
from marketplace.payments.models import Dispute, Payment, Payout
from marketplace.payments.rules import Method
from marketplace.payments.rules.gateway import can_go_back
from marketplace.payments.rules.payouts import UNDONE, new_number

GIVE_BACK_JOB = "payments.give_back"


def pay_back(session: Session, purchase_id: int, now: datetime) -> int:
    """Sends what a private buyer is owed of a purchase back to the card or wallet it came from.

    A unit keeps its credit until it asks. What is beyond the gateway's time stays credit too.
    Returns how many payouts were begun.
    """
    unit_id, buyer_id = holder_of(session, purchase_id)
    if unit_id is not None:
        return 0
    payments = session.scalars(
        select(Payment)
        .where(Payment.purchase_id == purchase_id, Payment.method == Method.STRIPE)
        .where(Payment.state == "RECEIVED")
        .order_by(Payment.id)
        .with_for_update()
    ).all()
    left_fen = int(hold(session, credit_account(None, buyer_id)))
    begun = 0
    for payment in payments:
        amount_fen = min(left_fen, refundable_fen(session, payment))
        if amount_fen > 0 and can_go_back(_received_at(payment), now):
            _begin(session, payment, buyer_id, amount_fen, now)
            left_fen -= amount_fen
            begun += 1
    return begun


def _received_at(payment: Payment) -> datetime:
    assert payment.confirmed_at is not None
    return payment.confirmed_at


def refundable_fen(session: Session, payment: Payment) -> int:
    """What of a payment has neither gone back nor is disputed."""
    back = session.scalar(
        select(func.sum(Payout.amount_fen)).where(
            Payout.payment_id == payment.id, Payout.state.not_in(UNDONE)
        )
    )
    disputed = session.scalar(
        select(func.sum(Dispute.amount_fen)).where(
            Dispute.payment_id == payment.id, Dispute.state != "WON"
        )
    )
    return payment.received_fen - int(back or 0) - int(disputed or 0)


def _begin(
    session: Session, payment: Payment, buyer_id: int, amount_fen: int, now: datetime
) -> None:
    payout = Payout(
        number=new_number(),
        kind="CREDIT",
        road="GATEWAY",
        state="RELEASED",
        amount_fen=amount_fen,
        person_id=buyer_id,
        payment_id=payment.id,
        requested_at=now,
    )
    begin(session, payout, now)
    asked = {"payout_id": payout.id, "intent_id": payment.intent_id, "amount_fen": amount_fen}
    put(session, GIVE_BACK_JOB, asked, effect_key=f"payout:{payout.id}/give-back", now=now)


def note_money_back(session: Session, payout_id: int, back: MoneyBack, now: datetime) -> int | None:
    """Brings a payout to what the gateway says of it. Returns the payment it belongs to."""
    payout = lock_payout(session, payout_id)
    if payout.road != "GATEWAY":
        raise NotFound
    payout.reference = payout.reference or back.gateway_id
    payout.reason = payout.reason or back.reason[:300]
    if back.status == "succeeded" and payout.state == "RELEASED":
        mark_paid(session, payout, None, now)
    elif back.status == "canceled" and payout.state == "RELEASED":
        mark_returned(session, payout, None, now)
    elif back.status == "failed" and payout.state in ("RELEASED", "PAID"):
        # A bank may send it back days after the gateway called it done.
        mark_returned(session, payout, None, now)
    session.flush()
    return payout.payment_id
