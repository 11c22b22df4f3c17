"""Credit: what we hold for a buyer pays the next purchase, or goes back to their bank account."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.core.money import Fen, format_yuan
from marketplace.ledger.commands import hold
from marketplace.ledger.rules import buyer_account, credit_account
from marketplace.ordering import commands as ordering
from marketplace.ordering.commands.record import lock_purchase
from marketplace.ordering.queries import get_purchase, outstanding_of, paid_of
from marketplace.ordering.rules import Incoming, require_receiver
from marketplace.payments.commands.payouts import ask_bank, call_off, lock_payout
from marketplace.payments.models import BankAccount, Payment, Payout
from marketplace.payments.queries.accounts import holder_of
from marketplace.payments.rules import NothingToPay
from marketplace.payments.rules.accounts import (
    NoCredit,
    NotThatMuchCredit,
    TransferOnItsWay,
    may_read_account,
    require_keeper,
)


def pay_from_credit(session: Session, identity: Identity, purchase_id: int, now: datetime) -> Fen:
    """Pays what is owed of a purchase out of the buyer's credit, as far as it goes.

    Pressed twice, the second finds nothing owed. Two who pay two purchases from one credit
    follow each other at its balance. Returns how much was paid.
    """
    purchase = get_purchase(session, identity, purchase_id)
    require_receiver(identity, purchase.unit_id, purchase.buyer_id)
    lock_purchase(session, purchase_id)
    owed_fen = outstanding_of(session, purchase_id)
    if owed_fen == 0 or purchase.state != "PLACED":
        raise NothingToPay
    on_its_way = select(Payment.id).where(
        Payment.purchase_id == purchase_id, Payment.state == "DECLARED"
    )
    if session.scalar(on_its_way.limit(1)) is not None:
        raise TransferOnItsWay
    account = credit_account(purchase.unit_id, purchase.buyer_id)
    moved_with_it = buyer_account(purchase.unit_id, purchase.buyer_id)
    amount_fen = min(owed_fen, hold(session, account, moved_with_it))
    if amount_fen <= 0:
        raise NoCredit
    # What has been paid only grows, so each payment out of credit has a name of its own.
    source = f"credit:{purchase_id}/{paid_of(session, purchase_id)}"
    ordering.confirm_payment(session, purchase_id, Incoming(source, amount_fen, account), now)
    record(
        session,
        actor_id=identity.person_id,
        action="payment.from_credit",
        object_kind="purchase",
        object_id=str(purchase_id),
        before=None,
        after={"amount_fen": amount_fen},
        now=now,
    )
    return Fen(amount_fen)


def ask_for_payout(
    session: Session, identity: Identity, account_id: int, amount_fen: int, now: datetime
) -> Payout:
    """Sends credit back to a declared account of its owner, with the next batch of the bank's."""
    account = session.get(BankAccount, account_id)
    if account is None or account.withdrawn_at is not None:
        raise NotFound
    holder = holder_of(account)
    if not holder.buys or not may_read_account(identity, holder):
        raise NotFound
    require_keeper(identity, holder)
    held_fen = hold(session, credit_account(account.unit_id, account.person_id or 0))
    if not 0 < amount_fen <= held_fen:
        raise NotThatMuchCredit(credit=format_yuan(max(0, held_fen)))
    return ask_bank(session, identity, account, amount_fen, now, kind="CREDIT")


def cancel_payout(session: Session, identity: Identity, payout_id: int, now: datetime) -> Payout:
    """Whoever may ask for it may call it off, as long as the bank has not been told."""
    payout = lock_payout(session, payout_id)
    holder = holder_of(payout)
    if payout.kind != "CREDIT" or not may_read_account(identity, holder):
        raise NotFound
    require_keeper(identity, holder)
    call_off(session, payout, identity, now)
    return payout
