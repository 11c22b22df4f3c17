"""Handing a purchase in, approving it, sending it back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.core.errors import Forbidden
from marketplace.core.identity import Identity
from marketplace.core.money import format_yuan
from marketplace.ordering.commands.approval import (
    decide_step,
    has_decided,
    open_steps,
    require_turn,
)
from marketplace.ordering.commands.basket import take_from_basket
from marketplace.ordering.commands.buyers import contractor_for
from marketplace.ordering.commands.draft import Drafted, draft, mark_handed_in, reprice
from marketplace.ordering.commands.notify import tell
from marketplace.ordering.commands.people import hold_to_list
from marketplace.ordering.commands.placing import place
from marketplace.ordering.commands.pricing import require_stock
from marketplace.ordering.commands.record import event_of, lines_of, note, note_all, open_purchase
from marketplace.ordering.models import Order, Purchase
from marketplace.ordering.queries.approval import list_taken
from marketplace.ordering.queries.caps import caps_of, list_exceeded
from marketplace.ordering.queries.debts import owed_by_unit
from marketplace.ordering.rules import (
    PaymentTerms,
    PurchaseState,
    PurchaseWish,
    require_approver,
    require_reason,
    require_state,
)
from marketplace.ordering.rules.caps import CapReached
from marketplace.ordering.rules.debts import CreditLimitReached
from marketplace.units.commands import lock_unit
from marketplace.units.queries import get_unit, require_living


def submit(session: Session, identity: Identity, purchase_id: int, now: datetime) -> Purchase:
    """Hands a draft in: a unit's goes to approval, a retail buyer's is placed at once."""
    purchase, orders = open_purchase(session, identity, purchase_id)
    if identity.person_id != purchase.buyer_id:
        raise Forbidden
    if purchase.submitted_at is not None and purchase.state != PurchaseState.REJECTED:
        return purchase
    require_state(purchase.state, PurchaseState.DRAFT)
    if purchase.unit_id is not None:
        # Held to the end, so that whoever needs the unit again does not have to ask for it again.
        _unit = get_unit(session, purchase.unit_id)
        require_living(session, purchase.unit_id)
        contractor_for(session, identity, (purchase.unit_id, purchase.fund), now)
    repriced = reprice(session, purchase, orders, day_of(now))
    if purchase.unit_id is None:
        require_stock(repriced.priced)
    hold_to_list(repriced.lines, repriced.packed)
    return _hand_in(session, Drafted(purchase, orders, repriced.lines), identity, now)


def order_at_once(
    session: Session, identity: Identity, wish: PurchaseWish, now: datetime
) -> Purchase:
    """Drafts and hands in what a buyer has just reviewed, reading nothing a second time."""
    return _hand_in(session, draft(session, identity, wish, now, at_once=True), identity, now)


def _hand_in(session: Session, drafted: Drafted, identity: Identity, now: datetime) -> Purchase:
    purchase = drafted.purchase
    mark_handed_in(purchase, now)
    submitted = event_of(purchase, "SUBMITTED", identity, now)
    take_from_basket(session, identity.person_id, [line.variant_id for line in drafted.lines])
    # What is not finished yet is written once, when it is.
    with session.no_autoflush:
        if purchase.unit_id is None:
            place(session, drafted, identity, now, events=[submitted])
        else:
            note_all(session, [submitted])
            open_steps(session, purchase, now)
    session.flush()
    return purchase


def approve(session: Session, identity: Identity, purchase_id: int, now: datetime) -> Purchase:
    """Approves a unit's purchase; the last step places its orders and reserves the stock."""
    purchase, orders = open_purchase(session, identity, purchase_id)
    if purchase.state == PurchaseState.PLACED and purchase.decided_by == identity.person_id:
        return purchase
    # Held to the end, so that whoever needs the unit again does not have to ask for it again.
    unit = get_unit(session, _unit_of(purchase))
    require_approver(identity, unit.id, purchase.buyer_id, four_eyes=unit.four_eyes)
    require_state(purchase.state, PurchaseState.IN_APPROVAL)
    require_living(session, unit.id)
    steps = list_taken(session, purchase.id)
    if has_decided(session, identity, purchase, steps, now):
        return purchase
    step = require_turn(session, identity, purchase, steps, now)
    if step is not None and not decide_step(session, identity, purchase, step, now):
        return purchase
    _require_credit(session, purchase, orders)
    _keep_to_caps(session, purchase, identity, now)
    lines = lines_of(session, *orders)
    # What is not finished yet is written once, when it is.
    with session.no_autoflush:
        _decide(purchase, identity, now)
        approved = event_of(purchase, "APPROVED", identity, now)
        place(session, Drafted(purchase, orders, lines), identity, now, events=[approved])
    session.flush()
    return purchase


def reject(
    session: Session, identity: Identity, purchase_id: int, reason: str, now: datetime
) -> Purchase:
    """Sends a purchase back with a reason. Nothing was reserved, so nothing is released."""
    purchase, _orders = open_purchase(session, identity, purchase_id)
    if purchase.state == PurchaseState.REJECTED and purchase.decided_by == identity.person_id:
        return purchase
    unit = get_unit(session, _unit_of(purchase))
    require_approver(identity, unit.id, purchase.buyer_id, four_eyes=unit.four_eyes)
    require_state(purchase.state, PurchaseState.IN_APPROVAL)
    require_turn(session, identity, purchase, list_taken(session, purchase.id), now)
    reason = require_reason(reason)
    _decide(purchase, identity, now)
    purchase.state = PurchaseState.REJECTED
    note(session, purchase, "REJECTED", identity, now, reason=reason)
    tell(session, "purchase_rejected", purchase.id, now)
    session.flush()
    return purchase


def _unit_of(purchase: Purchase) -> int:
    """What is bought privately is nobody's to approve. Raises Forbidden."""
    if purchase.unit_id is None:
        raise Forbidden
    return purchase.unit_id


def _require_credit(session: Session, purchase: Purchase, orders: Sequence[Order]) -> None:
    """Goods that come before the money stay within the unit's limit, also for two at once."""
    if purchase.unit_id is None or purchase.payment_terms != PaymentTerms.POSTPAY:
        return
    limit_fen = lock_unit(session, purchase.unit_id).credit_limit_fen
    if limit_fen is None:
        return
    owed_fen = owed_by_unit(session, purchase.unit_id)
    wanted_fen = sum(order.payable_fen for order in orders)
    if owed_fen + wanted_fen > limit_fen:
        raise CreditLimitReached(
            limit=format_yuan(limit_fen), owed=format_yuan(owed_fen), wanted=format_yuan(wanted_fen)
        )


def _keep_to_caps(session: Session, purchase: Purchase, identity: Identity, now: datetime) -> None:
    """Nothing is approved beyond a hard cap, also not by two at once; beyond a soft one it is
    approved, and written down."""
    assert purchase.unit_id is not None
    today = day_of(now)
    if not caps_of(session, purchase.unit_id, purchase.fund, today):
        return
    lock_unit(session, purchase.unit_id)
    for cap in list_exceeded(session, purchase.unit_id, purchase.id, purchase.fund, today):
        if cap.is_hard:
            raise CapReached(
                name=cap.name, cap=format_yuan(cap.cap_fen), over=format_yuan(cap.over_fen)
            )
        note(session, purchase, "CAP_EXCEEDED", identity, now, rule=cap.name, over_fen=cap.over_fen)


def _decide(purchase: Purchase, identity: Identity, now: datetime) -> None:
    purchase.decided_at = now
    purchase.decided_by = identity.person_id
