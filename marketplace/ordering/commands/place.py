"""Submitting, approving and placing a purchase: where stock is reserved and origins freeze."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.catalogue.commands import reserve
from marketplace.catalogue.rules import Allocation
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
from marketplace.ordering.commands.calloff import take_from_contract
from marketplace.ordering.commands.claims import claim_sale, keep_to_limits
from marketplace.ordering.commands.draft import reprice
from marketplace.ordering.commands.notify import tell
from marketplace.ordering.commands.people import hold_to_list
from marketplace.ordering.commands.recognise import reach
from marketplace.ordering.commands.record import lines_of, note, open_purchase
from marketplace.ordering.models import Order, OrderLine, OrderLineBatch, OrderLineOrigin, Purchase
from marketplace.ordering.queries.caps import caps_of, list_exceeded
from marketplace.ordering.queries.debts import owed_by_unit
from marketplace.ordering.rules import (
    CONFIRM_WITHIN,
    RETAIL_PAYS_WITHIN,
    OrderState,
    PaymentState,
    PaymentTerms,
    PurchaseState,
    require_approver,
    require_reason,
    require_state,
)
from marketplace.ordering.rules.caps import CapReached
from marketplace.ordering.rules.debts import CreditLimitReached
from marketplace.quota.rules import RecognitionPoint
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
        require_living(session, purchase.unit_id)
        contractor_for(session, identity, (purchase.unit_id, purchase.fund), now)
    reprice(session, purchase, orders, day_of(now))
    hold_to_list(session, purchase.id, lines_of(session, *orders))
    purchase.submitted_at = now
    note(session, purchase, "SUBMITTED", identity, now)
    variants = [line.variant_id for line in lines_of(session, *orders)]
    take_from_basket(session, identity.person_id, variants)
    if purchase.unit_id is None:
        purchase.expires_at = now + RETAIL_PAYS_WITHIN
        _place(session, purchase, orders, identity, now)
    else:
        purchase.state = PurchaseState.IN_APPROVAL
        open_steps(session, purchase, now)
    session.flush()
    return purchase


def approve(session: Session, identity: Identity, purchase_id: int, now: datetime) -> Purchase:
    """Approves a unit's purchase; the last step places its orders and reserves the stock."""
    purchase, orders = open_purchase(session, identity, purchase_id)
    if purchase.state == PurchaseState.PLACED and purchase.decided_by == identity.person_id:
        return purchase
    _require_approver(session, identity, purchase)
    require_state(purchase.state, PurchaseState.IN_APPROVAL)
    assert purchase.unit_id is not None
    require_living(session, purchase.unit_id)
    if has_decided(session, identity, purchase, now):
        return purchase
    step = require_turn(session, identity, purchase, now)
    if step is not None and not decide_step(session, identity, purchase, step, now):
        return purchase
    _require_credit(session, purchase, orders)
    _keep_to_caps(session, purchase, identity, now)
    _decide(purchase, identity, now)
    note(session, purchase, "APPROVED", identity, now)
    _place(session, purchase, orders, identity, now)
    session.flush()
    return purchase


def reject(
    session: Session, identity: Identity, purchase_id: int, reason: str, now: datetime
) -> Purchase:
    """Sends a purchase back with a reason. Nothing was reserved, so nothing is released."""
    purchase, _orders = open_purchase(session, identity, purchase_id)
    if purchase.state == PurchaseState.REJECTED and purchase.decided_by == identity.person_id:
        return purchase
    _require_approver(session, identity, purchase)
    require_state(purchase.state, PurchaseState.IN_APPROVAL)
    require_turn(session, identity, purchase, now)
    reason = require_reason(reason)
    _decide(purchase, identity, now)
    purchase.state = PurchaseState.REJECTED
    note(session, purchase, "REJECTED", identity, now, reason=reason)
    tell(session, "purchase_rejected", purchase.id, now)
    session.flush()
    return purchase


def _require_approver(session: Session, identity: Identity, purchase: Purchase) -> None:
    if purchase.unit_id is None:
        raise Forbidden
    unit = get_unit(session, purchase.unit_id)
    require_approver(identity, unit.id, purchase.buyer_id, four_eyes=unit.four_eyes)


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


def _place(
    session: Session,
    purchase: Purchase,
    orders: Sequence[Order],
    identity: Identity,
    now: datetime,
) -> None:
    """Reserves the stock of all lines or of none, and freezes where it comes from."""
    lines = lines_of(session, *orders)
    wanted = {line.variant_id: line.quantity for line in lines}
    _freeze(session, lines, reserve(session, wanted, now))
    take_from_contract(session, purchase, lines, now)
    claim_sale(session, purchase, lines, now)
    keep_to_limits(session, purchase, lines, now)
    purchase.state = PurchaseState.PLACED
    for order in orders:
        order.state = OrderState.PLACED
        order.payment_state = PaymentState.DUE
        order.placed_at = now
        order.due_at = now + CONFIRM_WITHIN
        note(session, order, "PLACED", identity, now)
        tell(session, "order_placed", order.id, now)
    reach(session, purchase, orders, RecognitionPoint.PLACED, now)
    record(
        session,
        actor_id=identity.person_id,
        action="purchase.placed",
        object_kind="purchase",
        object_id=str(purchase.id),
        before=None,
        after={"goods_fen": purchase.goods_fen, "freight_fen": purchase.freight_fen},
        now=now,
    )


def _freeze(
    session: Session,
    lines: Sequence[OrderLine],
    reserved: Mapping[int, Sequence[Allocation]],
) -> None:
    """Writes which batches serve each line, and each village's weight in it."""
    batches = [
        {"order_line_id": line.id, "batch_id": part.batch_id, "quantity": part.quantity}
        for line in lines
        for part in reserved[line.variant_id]
    ]
    origins = [
        {
            "order_line_id": line.id,
            "batch_id": part.batch_id,
            "village_code": origin.village_code,
            "weight": part.quantity * origin.share_ppm,
        }
        for line in lines
        for part in reserved[line.variant_id]
        for origin in part.origins
    ]
    session.execute(insert(OrderLineBatch), batches)
    session.execute(insert(OrderLineOrigin), origins)
