"""What the gateway tells: written down as it came, with its effect, once."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.db import insert_into
from marketplace.core.errors import NotFound
from marketplace.ledger.commands import post
from marketplace.ledger.queries import has_entry
from marketplace.ledger.rules import DISPUTED, DISPUTES_LOST, GATEWAY, SUSPENSE, transfer
from marketplace.payments.commands.checkout import note_checkout, take_paid
from marketplace.payments.commands.payback import note_money_back
from marketplace.payments.gateways import Event, MoneyBack, Paid
from marketplace.payments.gateways.shapes import checkout_of, paid_by_intent
from marketplace.payments.models import Dispute, GatewayEvent, Payment
from marketplace.payments.rules.gateway import NOTHING, Outcome, applied, odd

LONGEST_NOTE = 300
MAX_ID = 2**63 - 1
# Stripe: an inquiry withdraws no money; it closes as one, or goes on as a dispute
# (docs.stripe.com/disputes/how-disputes-work, inquiries).
INQUIRY = "warning_"
# By the status a dispute ends with, what became of the money.
ENDS = {"won": "WON", "lost": "LOST", f"{INQUIRY}closed": "WON"}
Subject = Mapping[str, Any]


def apply_event(session: Session, event: Event, payload: str, now: datetime) -> bool:
    """Stores an event with its effect in one transaction; False where it was told before.

    Told ten times at once, one writes the row and the others wait for it and find it there.
    """
    row = insert_into(session, GatewayEvent).values(
        event_id=event.event_id,
        kind=event.kind[:80],
        payload=payload,
        received_at=now,
        effect="NOTHING",
        note="",
        moved_fen=0,
    )
    new = row.on_conflict_do_nothing(index_elements=["event_id"]).returning(GatewayEvent.id)
    event_row = session.execute(new).scalar_one_or_none()
    if event_row is None:
        return False
    told = session.get_one(GatewayEvent, event_row)
    outcome = EFFECTS.get(event.kind, _nothing)(session, event.subject, now)
    told.effect, told.note = outcome.effect, outcome.note[:LONGEST_NOTE]
    told.payment_id, told.moved_fen = outcome.payment_id, _move(session, outcome, now)
    session.flush()
    return True


def _move(session: Session, outcome: Outcome, now: datetime) -> int:
    """Books money that belongs to nothing of ours, once. Returns how much this event moved."""
    source = f"gateway:{outcome.moved_by}/moved"
    if not outcome.moved_fen or has_entry(session, source):
        return 0
    moved = transfer(
        source, outcome.note, debit=GATEWAY, credit=SUSPENSE, amount_fen=outcome.moved_fen
    )
    post(session, [moved], now)
    return outcome.moved_fen


def _nothing(_session: Session, _subject: Subject, _now: datetime) -> Outcome:
    return NOTHING


def _page(session: Session, subject: Subject, now: datetime) -> Outcome:
    return note_checkout(session, checkout_of(subject), now)


def _intent(session: Session, subject: Subject, now: datetime) -> Outcome:
    """The payment behind a page. Other payments of the same account are none of ours."""
    paid: Paid | None = paid_by_intent(subject)
    return take_paid(session, paid, now) if paid else NOTHING


def _money_back(session: Session, subject: Subject, now: datetime) -> Outcome:
    payout = str((subject.get("metadata") or {}).get("payout", ""))
    back = MoneyBack(str(subject["id"]), str(subject.get("status")))
    if payout.isascii() and payout.isdigit() and int(payout) <= MAX_ID:
        try:
            return applied(note_money_back(session, int(payout), back, now))
        except NotFound:
            pass
    if back.status != "succeeded":
        return NOTHING
    words = "有人在支付机构后台退了款,请核对并补登。"
    gone_fen = -int(subject.get("amount") or 0)
    return odd(words, moved_fen=gone_fen, moved_by=back.gateway_id)


def _dispute(session: Session, subject: Subject, now: datetime) -> Outcome:
    """A payer's bank took the money back, or decided about it; in whatever order that is told."""
    payment = session.scalar(
        select(Payment).where(Payment.intent_id == str(subject.get("payment_intent")))
    )
    if payment is None:
        return odd("争议涉及的付款不是本系统的,请在支付机构后台核对。")
    dispute = session.scalar(select(Dispute).where(Dispute.gateway_id == str(subject["id"])))
    status = str(subject.get("status"))
    if dispute is None and status.startswith(INQUIRY):
        words = "付款人的银行来询问这笔付款,没有扣款。请在支付机构后台答复,以免变成争议。"
        return odd(words, payment_id=payment.id)
    if dispute is None:
        dispute = _open_dispute(session, payment, subject, now)
    if dispute.state == "OPEN" and status in ENDS:
        _close_dispute(session, dispute, ENDS[status], now)
    return Outcome("ODD", "付款人的银行提出争议,请在支付机构后台提交证据。", payment_id=payment.id)


def _open_dispute(session: Session, payment: Payment, subject: Subject, now: datetime) -> Dispute:
    dispute = Dispute(
        gateway_id=str(subject["id"]),
        payment_id=payment.id,
        amount_fen=int(subject["amount"]),
        reason=str(subject.get("reason") or "")[:80],
        opened_at=now,
        state="OPEN",
    )
    session.add(dispute)
    session.flush()
    held = transfer(
        f"dispute:{dispute.id}/opened",
        "争议冻结",
        debit=DISPUTED,
        credit=GATEWAY,
        amount_fen=dispute.amount_fen,
    )
    post(session, [held], now)
    return dispute


def _close_dispute(session: Session, dispute: Dispute, state: str, now: datetime) -> None:
    dispute.state, dispute.closed_at = state, now
    ended = transfer(
        f"dispute:{dispute.id}/closed",
        "争议结束",
        debit=GATEWAY if state == "WON" else DISPUTES_LOST,
        credit=DISPUTED,
        amount_fen=dispute.amount_fen,
    )
    post(session, [ended], now)


EFFECTS: Mapping[str, Callable[[Session, Subject, datetime], Outcome]] = {
    "checkout.session.completed": _page,
    "checkout.session.async_payment_succeeded": _page,
    "checkout.session.async_payment_failed": _page,
    "checkout.session.expired": _page,
    "payment_intent.succeeded": _intent,
    "refund.created": _money_back,
    "refund.updated": _money_back,
    "refund.failed": _money_back,
    "charge.refund.updated": _money_back,
    "charge.dispute.created": _dispute,
    "charge.dispute.updated": _dispute,
    "charge.dispute.closed": _dispute,
}
