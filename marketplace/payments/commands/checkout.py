"""Paying through the gateway: the page that was made, and the money that it took."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.ledger.rules import GATEWAY
from marketplace.ordering.queries import get_purchase
from marketplace.payments.commands.receive import OPEN, ask_for_payment, lock_payment, take
from marketplace.payments.gateways import Checkout, CheckoutWish, Paid
from marketplace.payments.models import Payment
from marketplace.payments.rules import Method, Receipt
from marketplace.payments.rules.gateway import CURRENCY, NOTHING, Outcome, applied, closes_at, odd


def ask_for_page(
    session: Session, identity: Identity, purchase_id: int, public_url: str, now: datetime
) -> tuple[CheckoutWish, str | None]:
    """What to ask the gateway for, and the page itself where it is there already."""
    payment = ask_for_payment(session, identity, purchase_id, Method.STRIPE, now)
    purchase = get_purchase(session, identity, purchase_id)
    wish = CheckoutWish(
        payment_id=payment.id,
        purchase_number=purchase.number,
        amount_fen=payment.amount_fen,
        expires_at=closes_at(payment.created_at),
        return_url=f"{public_url}/payments/{payment.id}/return",
    )
    return wish, payment.checkout_url


def note_page(session: Session, payment_id: int, checkout: Checkout) -> None:
    """Writes down the page that the gateway made."""
    payment = lock_payment(session, payment_id)
    payment.gateway_id = checkout.gateway_id
    payment.checkout_url = checkout.url
    session.flush()


def give_up_page(session: Session, payment_id: int) -> None:
    """The page is closed, or was never made: nothing waits for this payment any more, and
    the gateway need not be asked about it again."""
    payment = lock_payment(session, payment_id)
    payment.checkout_url = None
    if payment.state in OPEN:
        payment.state = "VOIDED"
    session.flush()


def note_checkout(session: Session, checkout: Checkout, now: datetime) -> Outcome:
    """Brings a payment to what the gateway says of its page."""
    if checkout.paid is not None:
        return take_paid(session, checkout.paid, now)
    payment_id = session.scalar(select(Payment.id).where(Payment.gateway_id == checkout.gateway_id))
    if payment_id is None or not checkout.is_expired:
        return NOTHING
    give_up_page(session, payment_id)
    return applied(payment_id)


def take_paid(session: Session, paid: Paid, now: datetime) -> Outcome:
    """Takes money that the gateway holds for a payment, once; what does not fit is told."""
    if paid.currency != CURRENCY:
        return odd(f"币种是 {paid.currency},没有入账,请在支付机构后台核对。")
    try:
        payment = lock_payment(session, paid.payment_id)
    except NotFound:
        return odd("没有这笔付款,钱先记在待认领。", **_strange(paid))
    if payment.state == "RECEIVED":
        if payment.intent_id == paid.intent_id:
            return NOTHING
        words = "这笔付款此前已到账,又付了一次,钱先记在待认领。"
        return odd(words, payment_id=payment.id, **_strange(paid))
    payment.intent_id = paid.intent_id
    receipt = Receipt(paid.amount_fen, day_of(now), paid.intent_id)
    take(session, payment, receipt, None, now, held_on=GATEWAY)
    if paid.amount_fen != payment.amount_fen:
        return odd("到账金额与应付金额不同,已按实际到账入账。", payment_id=payment.id)
    return applied(payment.id)


def _strange(paid: Paid) -> dict[str, Any]:
    return {"moved_fen": paid.amount_fen, "moved_by": paid.intent_id}
