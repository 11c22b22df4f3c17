"""Asking the gateway for what it did not tell: pages to pay on, and refunds on their way."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.outbox.commands import put
from marketplace.payments.models import Payment, Payout
from marketplace.payments.rules import Method

LOOK_JOB = "payments.look"
LOOK_BACK_JOB = "payments.look_back"
# Events come within seconds; whoever is silent for so long is asked.
SILENT_FOR = timedelta(minutes=10)
# A page closes after half an hour; one that was not heard of by then is asked about for days.
ASKED_FOR = timedelta(days=3)
AT_ONCE = 500


def look_for_silent(session: Session, now: datetime) -> int:
    """Asks the worker to look up payments and refunds that nothing was heard of."""
    turn = f"{now:%Y%m%d%H%M}"
    pages = session.execute(
        select(Payment.id, Payment.gateway_id)
        .where(Payment.method == Method.STRIPE, Payment.state != "RECEIVED")
        .where(Payment.checkout_url.is_not(None))
        .where(Payment.created_at.between(now - ASKED_FOR, now - SILENT_FOR))
        .order_by(Payment.id.desc())
        .limit(AT_ONCE)
    ).all()
    for payment_id, gateway_id in pages:
        key = f"{LOOK_JOB}:{payment_id}:{turn}"
        put(session, LOOK_JOB, {"gateway_id": gateway_id}, effect_key=key, now=now)
    backs = session.execute(
        select(Payout.id, Payout.reference)
        .where(Payout.road == "GATEWAY", Payout.state == "RELEASED")
        .where(Payout.reference.is_not(None), Payout.requested_at < now - SILENT_FOR)
        .order_by(Payout.id)
        .limit(AT_ONCE)
    ).all()
    for payout_id, reference in backs:
        key = f"{LOOK_BACK_JOB}:{payout_id}:{turn}"
        asked = {"payout_id": payout_id, "gateway_id": reference}
        put(session, LOOK_BACK_JOB, asked, effect_key=key, now=now)
    return len(pages) + len(backs)
