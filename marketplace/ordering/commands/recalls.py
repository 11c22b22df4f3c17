"""A recalled batch in orders: what has not left is replaced, what has left is told and paid back.

The recall itself only stops the sale. Each purchase is then settled by a job of its own: a step
on a purchase locks the purchase first and stock last, and so does this one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.catalogue.commands import release, reserve, stop_sale
from marketplace.catalogue.queries.batches import KeptBatch, get_batch
from marketplace.catalogue.rules import Allocation, InsufficientStock
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.ordering.commands.leave import STILL_HERE, leave_unserved
from marketplace.ordering.commands.notify import tell
from marketplace.ordering.commands.prepared import prepare_refund
from marketplace.ordering.commands.record import lines_of, lock_orders, lock_purchase, note
from marketplace.ordering.models import (
    Order,
    OrderLine,
    OrderLineBatch,
    OrderLineOrigin,
    Purchase,
    PurchaseRecipient,
)
from marketplace.ordering.queries.recalls import blocked_packs, purchases_with
from marketplace.ordering.rules import OrderState, require_reason
from marketplace.ordering.rules.recalls import may_recall
from marketplace.ordering.rules.short import left_of
from marketplace.outbox.commands import put
from marketplace.outbox.rules import Payload

SPREAD_JOB, SETTLE_JOB = "ordering.recall", "ordering.recall.purchase"
NOT_HERE_YET = (*STILL_HERE, OrderState.SHIPPED, OrderState.RECEIVED)
WITH_BUYER = (OrderState.ACCEPTED, OrderState.COMPLETED)


def recall_batch(
    session: Session, identity: Identity, batch_id: int, reason: str, now: datetime
) -> KeptBatch:
    """Recalls a batch: the operations centre, or the producer its own. A second click changes
    nothing. Raises NotFound, ReasonNeeded."""
    batch = get_batch(session, batch_id)
    if not may_recall(identity, batch.producer_id):
        raise NotFound
    if batch.recalled_at is None and stop_sale(
        session, identity, batch_id, require_reason(reason), now
    ):
        put(session, SPREAD_JOB, {"batch_id": batch_id}, effect_key=_key(batch_id), now=now)
    return batch


def _key(batch_id: int, purchase_id: int | None = None) -> str:
    return f"{SPREAD_JOB}:{batch_id}" + (f":{purchase_id}" if purchase_id else "")


def spread_recall(session: Session, payload: Payload, now: datetime) -> None:
    """Asks for each purchase that holds something of the batch. The recall is committed by now,
    so no sale can come after this look."""
    batch_id = int(payload["batch_id"])
    for purchase_id in purchases_with(session, batch_id):
        told = {"batch_id": batch_id, "purchase_id": purchase_id}
        put(session, SETTLE_JOB, told, effect_key=_key(batch_id, purchase_id), now=now)


@dataclass
class _Found:
    """What of a batch is in an order: packs that have left, that were replaced, that lack."""

    sent: dict[int, int]
    replaced: int = 0
    missing: int = 0


def settle_recall(session: Session, payload: Payload, now: datetime) -> None:
    """Settles one purchase, order by order."""
    batch_id = int(payload["batch_id"])
    purchase = lock_purchase(session, int(payload["purchase_id"]))
    for order in lock_orders(session, purchase.id):
        lines = {line.id: line for line in lines_of(session, order)}
        parts = session.scalars(
            select(OrderLineBatch)
            .where(OrderLineBatch.order_line_id.in_(lines), OrderLineBatch.batch_id == batch_id)
            .order_by(OrderLineBatch.order_line_id)
        ).all()
        if parts and order.state in (*NOT_HERE_YET, *WITH_BUYER):
            found = _replace_all(session, order, lines, parts, now)
            _settle(session, (purchase, order, get_batch(session, batch_id)), found, now)


def _replace_all(
    session: Session,
    order: Order,
    lines: dict[int, OrderLine],
    parts: Sequence[OrderLineBatch],
    now: datetime,
) -> _Found:
    found = _Found({part.order_line_id: part.shipped_quantity for part in parts})
    if order.state not in NOT_HERE_YET:
        return found
    for part in parts:
        packs = part.quantity - part.shipped_quantity - part.released_quantity
        if packs and _replace(session, lines[part.order_line_id], part, packs, now):
            found.replaced += packs
        else:
            found.missing += packs
    return found


def _replace(
    session: Session, line: OrderLine, part: OrderLineBatch, packs: int, now: datetime
) -> bool:
    """Packs of other batches take the place of those that have not left, with their villages."""
    try:
        allocations = reserve(session, {line.variant_id: packs}, now)[line.variant_id]
    except InsufficientStock:
        return False
    part.released_quantity += packs
    session.flush()
    release(session, {part.batch_id: packs}, now)
    _thin_origins(session, part)
    for allocation in allocations:
        _serve_from(session, line.id, allocation)
    session.flush()
    return True


def _thin_origins(session: Session, part: OrderLineBatch) -> None:
    """The villages of the batch keep the weight of the packs that have left."""
    mine = (
        OrderLineOrigin.order_line_id == part.order_line_id,
        OrderLineOrigin.batch_id == part.batch_id,
    )
    if not part.shipped_quantity:
        session.execute(delete(OrderLineOrigin).where(*mine))
        return
    for origin in session.scalars(select(OrderLineOrigin).where(*mine)):
        origin.weight = origin.weight // part.quantity * part.shipped_quantity


def _serve_from(session: Session, line_id: int, allocation: Allocation) -> None:
    part = session.get(OrderLineBatch, (line_id, allocation.batch_id))
    if part is None:
        part = OrderLineBatch(
            order_line_id=line_id,
            batch_id=allocation.batch_id,
            quantity=0,
            shipped_quantity=0,
            released_quantity=0,
        )
        session.add(part)
    part.quantity += allocation.quantity
    for share in allocation.origins:
        key = (line_id, allocation.batch_id, share.village_code)
        origin = session.get(OrderLineOrigin, key)
        weight = allocation.quantity * share.share_ppm
        if origin is not None:
            origin.weight += weight
        else:
            names = ("order_line_id", "batch_id", "village_code")
            session.add(OrderLineOrigin(**dict(zip(names, key, strict=True)), weight=weight))


def _settle(
    session: Session, subject: tuple[Purchase, Order, KeptBatch], found: _Found, now: datetime
) -> None:
    """Ends what cannot be served, prepares what is to be paid back, and tells both sides."""
    purchase, order, batch = subject
    words = f"批次 {batch.code} 召回:{batch.recall_reason}"
    refund = None
    if order.state in WITH_BUYER:
        refund = prepare_refund(session, order, (batch.recalled_by, words), found.sent, now)
    facts = {"batch": batch.code, "replaced": found.replaced, "missing": found.missing}
    refunding = {"refund_fen": refund.amount_fen} if refund else {}
    note(session, order, "BATCH_RECALLED", None, now, reason=words, **facts, **refunding)
    if found.missing and order.state in STILL_HERE and _is_unserved(session, purchase, order):
        leave_unserved(session, purchase, order, words, now)
        return
    reached = sum(found.sent.values()) or found.missing
    event = "batch_recalled" if reached else "batch_replaced"
    tell(session, event, order.id, now, turn=f":{batch.id}")
    session.flush()


def _is_unserved(session: Session, purchase: Purchase, order: Order) -> bool:
    """Nothing of the order can be sent; or it goes to the people of a list, who are all to have
    theirs."""
    listed = select(PurchaseRecipient.id).where(PurchaseRecipient.purchase_id == purchase.id)
    if session.scalar(listed.limit(1)) is not None:
        return True
    lines = lines_of(session, order)
    blocked = blocked_packs(session, [line.id for line in lines])
    return all(
        not line.shipped_quantity and blocked.get(line.id, 0) >= left_of(line) for line in lines
    )
