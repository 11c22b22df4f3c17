"""Asking for money, declaring that it is on its way, confirming that it came."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.core.clock import day_of
from marketplace.core.errors import N_, FieldError, InvalidInput, NotFound
from marketplace.core.identity import Identity
from marketplace.core.ids import new_code
from marketplace.core.money import format_yuan
from marketplace.ledger.commands import Move
from marketplace.ledger.rules import ESCROW
from marketplace.ordering import commands as ordering
from marketplace.ordering.commands.record import lock_purchase
from marketplace.ordering.queries import get_purchase, outstanding_of
from marketplace.ordering.rules import Incoming, require_receiver
from marketplace.payments.commands.statements import (
    is_imported,
    is_noted,
    wait_for_statements,
)
from marketplace.payments.models import Payment
from marketplace.payments.rules import (
    MAX_RECEIVED_FEN,
    AlreadyReceived,
    Method,
    MethodNotOffered,
    MoneyBooked,
    NothingToPay,
    PaidOnline,
    Receipt,
    ReferenceImported,
    ReferenceUsed,
    require_cashier,
)
from marketplace.payments.rules.gateway import LEAST_LIFE, require_payable

OPEN = ("DUE", "DECLARED")


def ask_for_payment(
    session: Session, identity: Identity, purchase_id: int, method: str, now: datetime
) -> Payment:
    """A payment of what is still owed, with a code by which a transfer is recognised."""
    return ask_once(session, identity, purchase_id, method, now)[0]


def ask_once(
    session: Session, identity: Identity, purchase_id: int, method: str, now: datetime
) -> tuple[Payment, bool]:
    """The payment, and whether it is new: asked again for the same sum in the same way, it is
    the same one."""
    purchase = get_purchase(session, identity, purchase_id)
    require_receiver(identity, purchase.unit_id, purchase.buyer_id)
    if method not in set(Method):
        raise MethodNotOffered
    if method == Method.STRIPE:
        _close_old_pages(session, purchase_id, now)
    # Held after its payments, as everywhere: two who ask at once are given the same payment.
    lock_purchase(session, purchase_id)
    amount_fen = outstanding_of(session, purchase_id)
    if amount_fen == 0 or purchase.state != "PLACED":
        raise NothingToPay
    if method == Method.STRIPE:
        require_payable(amount_fen)
    waiting = session.scalar(
        select(Payment).where(
            Payment.purchase_id == purchase_id,
            Payment.method == method,
            Payment.amount_fen == amount_fen,
            Payment.state.in_(OPEN),
        )
    )
    if waiting is not None:
        return waiting, False
    return add_payment(session, purchase_id, method, amount_fen, now), True


def add_payment(
    session: Session, purchase_id: int, method: str, amount_fen: int, now: datetime
) -> Payment:
    """One more way in which money for a purchase comes, under a code of its own."""
    payment = Payment(
        purchase_id=purchase_id,
        method=method,
        amount_fen=amount_fen,
        remittance_code=new_code(8),
        state="DUE",
        created_at=now,
    )
    session.add(payment)
    session.flush()
    return payment


def _close_old_pages(session: Session, purchase_id: int, now: datetime) -> None:
    """A page that has closed is asked for no more; should money come by it, it is taken."""
    closed = and_(Payment.method == Method.STRIPE, Payment.created_at < now - LEAST_LIFE)
    waiting = and_(Payment.purchase_id == purchase_id, Payment.state.in_(OPEN))
    session.execute(update(Payment).where(closed, waiting).values(state="VOIDED"))


def lock_payment(session: Session, payment_id: int) -> Payment:
    payment = session.scalar(
        select(Payment)
        .where(Payment.id == payment_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if payment is None:
        raise NotFound
    return payment


def declare(session: Session, identity: Identity, payment_id: int, now: datetime) -> Payment:
    """The buyer says that the transfer has been made; nothing counts as paid by that."""
    payment = lock_payment(session, payment_id)
    purchase = get_purchase(session, identity, payment.purchase_id)
    require_receiver(identity, purchase.unit_id, purchase.buyer_id)
    if payment.method != Method.BANK_TRANSFER:
        raise PaidOnline
    if payment.state == "DUE":
        payment.state = "DECLARED"
        ordering.declare_paid(session, payment.purchase_id, identity, now)
    return payment


def take_back_declaration(
    session: Session, identity: Identity, payment_id: int, now: datetime
) -> Payment:
    """The buyer says that the transfer has not been made after all: it may be paid otherwise.
    Raises NotFound, Forbidden, MoneyBooked."""
    payment = lock_payment(session, payment_id)
    purchase = get_purchase(session, identity, payment.purchase_id)
    require_receiver(identity, purchase.unit_id, purchase.buyer_id)
    if payment.state not in OPEN:
        raise MoneyBooked
    if payment.state == "DECLARED":
        payment.state = "DUE"
        session.flush()
        announced = (Payment.purchase_id == payment.purchase_id, Payment.state == "DECLARED")
        if session.scalar(select(Payment.id).where(*announced).limit(1)) is None:
            ordering.undeclare_paid(session, payment.purchase_id, identity, now)
        record(
            session,
            now=now,
            actor_id=identity.person_id,
            action="payment.undeclared",
            object_kind="payment",
            object_id=payment.id,
            before={"state": "DECLARED"},
            after={"state": "DUE"},
        )
    return payment


def confirm_payment(
    session: Session, identity: Identity, payment_id: int, receipt: Receipt, now: datetime
) -> Payment:
    """Finance of the operations centre confirms what arrived, as much or little as it was."""
    require_cashier(identity)
    payment = lock_payment(session, payment_id)
    check_receipt(receipt, now)
    if payment.state == "RECEIVED":
        return _same_or_refuse(payment, receipt)
    if payment.method == Method.STRIPE:
        raise PaidOnline
    wait_for_statements(session)
    if is_noted(session, receipt.reference):
        raise ReferenceUsed
    if is_imported(session, receipt.reference):
        raise ReferenceImported
    take(session, payment, receipt, identity, now)
    return payment


def check_receipt(receipt: Receipt, now: datetime) -> None:
    """Raises InvalidInput, naming each field that cannot be."""
    errors = []
    if not 0 < receipt.received_fen <= MAX_RECEIVED_FEN:
        errors.append(FieldError("received_fen", N_("到账金额要大于 0,且不超过 1 亿元。")))
    if receipt.received_on > day_of(now):
        errors.append(FieldError("received_on", N_("到账日期不能晚于今天。")))
    if not receipt.reference.strip():
        errors.append(FieldError("reference", N_("请填写银行流水号。")))
    if errors:
        raise InvalidInput(*errors)


def _same_or_refuse(payment: Payment, receipt: Receipt) -> Payment:
    told = (payment.received_fen, payment.reference)
    if told != (receipt.received_fen, receipt.reference):
        raise AlreadyReceived(
            received=format_yuan(payment.received_fen), reference=payment.reference
        )
    return payment


def take(
    session: Session,
    payment: Payment,
    receipt: Receipt,
    actor: Identity | None,
    now: datetime,
    *,
    held_on: str = ESCROW,
) -> None:
    """Writes down what arrived, and hands it to the purchase it was for."""
    take_all(session, [(payment, receipt)], actor, now, held_on=held_on)


def take_all(
    session: Session,
    received: Sequence[tuple[Payment, Receipt]],
    actor: Identity | None,
    now: datetime,
    *,
    held_on: str,
    moves: Sequence[Move] = (),
) -> None:
    """The same for what came at once for several purchases, in the order of their ids. `moves`
    were entered with it."""
    money = []
    for payment, receipt in received:
        payment.state = "RECEIVED"
        payment.received_fen = receipt.received_fen
        payment.received_on = receipt.received_on
        payment.reference = receipt.reference
        payment.confirmed_by = actor.person_id if actor else None
        payment.confirmed_at = now
        source = f"payment:{payment.id}/received"
        money.append((payment.purchase_id, Incoming(source, receipt.received_fen, held_on)))
    session.flush()
    ordering.confirm_payments(session, money, now, moves=moves)
    for payment, receipt in received:
        record(
            session,
            now=now,
            actor_id=payment.confirmed_by,
            action="payment.received",
            object_kind="payment",
            object_id=payment.id,
            before=None,
            after={"received_fen": receipt.received_fen, "purchase": payment.purchase_id},
        )


def pay_simulated(session: Session, identity: Identity, payment_id: int, now: datetime) -> Payment:
    """Plays a paid checkout in the demonstration, where no real gateway is connected."""
    payment = lock_payment(session, payment_id)
    purchase = get_purchase(session, identity, payment.purchase_id)
    require_receiver(identity, purchase.unit_id, purchase.buyer_id)
    if payment.method != Method.SIMULATED:
        raise MethodNotOffered
    if payment.state != "RECEIVED":
        receipt = Receipt(payment.amount_fen, day_of(now), f"simulated:{payment.remittance_code}")
        take(session, payment, receipt, identity, now)
    return payment
