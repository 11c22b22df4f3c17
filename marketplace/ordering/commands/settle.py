"""What is owed, paid and given back on an order, and money that arrives for a purchase."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.commands import hold, release
from marketplace.core.identity import Identity
from marketplace.core.money import Fen
from marketplace.ledger.commands import Move, enter
from marketplace.ledger.rules import Movement, buyer_account, credit_account, summed, transfer
from marketplace.ordering.commands.notify import offer_back, tell
from marketplace.ordering.commands.record import lock_orders, lock_purchase, note
from marketplace.ordering.models import Order, OrderLine, OrderLineBatch, Purchase
from marketplace.ordering.rules import (
    EXITS,
    Incoming,
    OrderState,
    PaymentState,
    PaymentTerms,
    payment_state,
)
from marketplace.ordering.rules.short import left_of


def set_payment_state(order: Order) -> None:
    """Derives the payment axis from what is asked, what came and what went back."""
    declared = order.payment_state == PaymentState.DECLARED
    order.payment_state = payment_state(
        order.payable_fen + order.refunded_fen,
        order.paid_fen,
        order.refunded_fen,
        declared=declared,
    )


def outstanding_fen(order: Order) -> Fen:
    """What the buyer still has to pay for an order."""
    return Fen(max(0, order.payable_fen - (order.paid_fen - order.refunded_fen)))


def is_paid(order: Order) -> bool:
    return outstanding_fen(order) == 0


def take_excess(
    session: Session, order: Order, step: str, now: datetime
) -> tuple[Fen, list[Movement]]:
    """What was paid above what is now owed becomes the buyer's credit: how much, and what whoever
    calls has to post with what else moves."""
    excess = max(0, order.paid_fen - order.refunded_fen - order.payable_fen)
    order.refunded_fen += excess
    set_payment_state(order)
    if not excess:
        return Fen(0), []
    back = transfer(
        f"order:{order.id}/{step}/excess",
        f"退回余额 {order.number}",
        debit=buyer_account(order.unit_id, order.buyer_id),
        credit=credit_account(order.unit_id, order.buyer_id),
        amount_fen=excess,
        order_id=order.id,
    )
    if order.unit_id is None:
        offer_back(session, order.purchase_id, back.source, now)
    return Fen(excess), [back]


def hold_stock(session: Session, orders: Iterable[Order]) -> None:
    """Locks the stock of all these orders at once, before any of it goes back: a buyer takes the
    batches of all lines and then the limits of live offers, and so does whoever gives back."""
    ids = [order.id for order in orders]
    held = (
        select(OrderLineBatch.batch_id)
        .join(OrderLine, OrderLine.id == OrderLineBatch.order_line_id)
        .where(OrderLine.order_id.in_(ids))
    )
    hold(session, session.scalars(held.distinct()))


def release_unshipped(session: Session, lines: Sequence[OrderLine], now: datetime) -> None:
    """Gives back the stock that was reserved for these lines and has not left the house."""
    waiting = [line.id for line in lines if left_of(line)]
    if not waiting:
        return
    reserved = session.scalars(
        select(OrderLineBatch)
        .where(OrderLineBatch.order_line_id.in_(waiting))
        .order_by(OrderLineBatch.batch_id)
    )
    back: dict[int, int] = {}
    for part in reserved:
        packs = part.quantity - part.shipped_quantity - part.released_quantity
        if packs:
            part.released_quantity += packs
            back[part.batch_id] = back.get(part.batch_id, 0) + packs
    release(session, back, now)


def receive_money(
    session: Session, purchase_id: int, money: Incoming, now: datetime
) -> tuple[Purchase, Sequence[Order], list[Order], list[Move]]:
    """Enters money that arrived for a purchase and spreads it over its orders.

    What is more than owed becomes the buyer's credit: it is kept, never dropped. Returns the
    purchase, its orders, those that got some of it, and how the accounts move; whoever calls
    completes what can be completed, and moves the accounts with it.
    """
    purchase = lock_purchase(session, purchase_id)
    orders = lock_orders(session, purchase_id)
    left = money.amount_fen
    paid: list[Order] = []
    for order in orders:
        part = min(left, outstanding_fen(order))
        if part and order.state not in EXITS:
            order.paid_fen += part
            left -= part
            paid.append(order)
    moves = enter(session, [_received(purchase, money, left)], now)
    if left and purchase.unit_id is None:
        offer_back(session, purchase.id, money.source, now)
    for order in paid:
        _mark_paid(session, order, now)
    purchase.expires_at = None if paid else purchase.expires_at
    session.flush()
    return purchase, orders, paid, moves


def _received(purchase: Purchase, money: Incoming, left_fen: int) -> Movement:
    holder = (purchase.unit_id, purchase.buyer_id)
    amounts = [
        (money.held_on, money.amount_fen),
        (buyer_account(*holder), left_fen - money.amount_fen),
        (credit_account(*holder), -left_fen),
    ]
    return Movement(money.source, f"货款 {purchase.number}", summed(amounts))


def _mark_paid(session: Session, order: Order, now: datetime) -> None:
    set_payment_state(order)
    note(session, order, "PAID", None, now, paid_fen=order.paid_fen, state=order.payment_state)
    if is_paid(order):
        waits_for_money = order.state == OrderState.CONFIRMED
        if waits_for_money and order.payment_terms == PaymentTerms.PREPAY:
            order.due_at = None
        tell(session, "order_paid", order.id, now)


def declare_paid(session: Session, purchase_id: int, actor: Identity, now: datetime) -> None:
    """The buyer says that the transfer is on its way."""
    lock_purchase(session, purchase_id)
    for order in lock_orders(session, purchase_id):
        if order.payment_state == PaymentState.DUE:
            order.payment_state = PaymentState.DECLARED
            note(session, order, "PAYMENT_DECLARED", actor, now)
    session.flush()


def undeclare_paid(session: Session, purchase_id: int, actor: Identity, now: datetime) -> None:
    """It was not on its way after all."""
    lock_purchase(session, purchase_id)
    for order in lock_orders(session, purchase_id):
        if order.payment_state == PaymentState.DECLARED:
            order.payment_state = PaymentState.DUE
            note(session, order, "PAYMENT_UNDECLARED", actor, now)
    session.flush()
