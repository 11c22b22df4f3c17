"""Keeping stock: counted, written off, sent to outlets and brought back; each with a reason."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.catalogue.commands.changes import note_changes
from marketplace.catalogue.commands.products import MAX_QUANTITY
from marketplace.catalogue.models import (
    Batch,
    Outlet,
    OutletEntry,
    Product,
    StockMovement,
    Variant,
)
from marketplace.catalogue.queries.outlets import count_at_outlet
from marketplace.catalogue.rules import is_for_sale
from marketplace.catalogue.rules.keeping import (
    FROM_OUTLET,
    BatchRecalled,
    BatchTooOld,
    BeyondFree,
    BeyondOutlet,
    CountBelowReserved,
    Loss,
    LossReason,
    OutletClosed,
    OutletMove,
    OutletReason,
)
from marketplace.core.clock import day_of
from marketplace.core.errors import N_, NotFound, invalid
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.core.ids import new_code

NOT_A_QUANTITY = N_("请填写 1 到 1,000,000 之间的整数。")
NOT_A_COUNT = N_("请填写 0 到 1,000,000 之间的整数。")
NO_WORDS = N_("盘点数与账面不同,请说明原因。")
NOT_A_REASON = N_("请从给出的原因中选择一项。")


def lock_batch(session: Session, identity: Identity, batch_id: int) -> tuple[Batch, int]:
    """A batch of the person's own producer, held until the end, and its product. Raises NotFound
    for everyone else's."""
    owner = session.execute(
        select(Product.id, Product.producer_id)
        .join(Variant, Variant.product_id == Product.id)
        .join(Batch, Batch.variant_id == Variant.id)
        .where(Batch.id == batch_id)
    ).one_or_none()
    if owner is None or not identity.has_role(OrganisationKind.PRODUCER, owner.producer_id):
        raise NotFound
    batch = session.get_one(Batch, batch_id, with_for_update=True, populate_existing=True)
    return batch, owner.id


def count_stock(
    session: Session, identity: Identity, batch_id: int, count: tuple[int, str], now: datetime
) -> int:
    """What was counted, and why it differs from the books. Returns the difference; a count that
    agrees changes nothing. Raises CountBelowReserved."""
    counted, words = count
    batch, product_id = lock_batch(session, identity, batch_id)
    if not 0 <= counted <= MAX_QUANTITY:
        raise invalid("counted", NOT_A_COUNT)
    if counted < batch.quantity_reserved:
        raise CountBelowReserved(batch=batch.code, reserved=batch.quantity_reserved)
    difference = counted - batch.quantity_on_hand
    if difference and not words.strip():
        raise invalid("note", NO_WORDS)
    if difference > 0:
        _require_not_recalled(batch)
    if difference:
        _move(session, batch, (difference, "COUNTED", words), identity, now)
        note_changes(session, [product_id], now)
    return difference


def write_off(session: Session, identity: Identity, loss: Loss, now: datetime) -> Batch:
    """Packs that spoiled, broke or were lost. Raises BeyondFree where orders hold them."""
    batch, product_id = lock_batch(session, identity, loss.batch_id)
    if loss.reason not in tuple(LossReason):
        raise invalid("reason", NOT_A_REASON)
    _require_free(batch, loss.quantity)
    _move(session, batch, (-loss.quantity, loss.reason, loss.note), identity, now)
    note_changes(session, [product_id], now)
    return batch


def send_to_outlet(session: Session, identity: Identity, move: OutletMove, now: datetime) -> Batch:
    """Packs go from the store to an outlet: there they are no longer for sale here."""
    batch, product_id = lock_batch(session, identity, move.batch_id)
    outlet = _open_outlet(session, move.outlet_id)
    _require_not_recalled(batch)
    if not is_for_sale(batch.expires_on, day_of(now)):
        raise BatchTooOld(batch=batch.code)
    _require_free(batch, move.quantity)
    words = f"{outlet.name} {move.note}".strip()
    _move(session, batch, (-move.quantity, OutletReason.SENT, words), identity, now)
    _enter(session, move, (move.quantity, OutletReason.SENT), identity, now)
    note_changes(session, [product_id], now)
    return batch


def take_from_outlet(
    session: Session, identity: Identity, move: OutletMove, now: datetime
) -> Batch:
    """Packs leave an outlet: brought back to the store, sold over the counter, or lost there.

    Raises BeyondOutlet.
    """
    batch, product_id = lock_batch(session, identity, move.batch_id)
    outlet = session.get(Outlet, move.outlet_id)
    if outlet is None:
        raise NotFound
    if move.reason not in FROM_OUTLET:
        raise invalid("reason", NOT_A_REASON)
    if move.reason == OutletReason.SOLD:
        _require_not_recalled(batch)
    _require_quantity(move.quantity)
    there = count_at_outlet(session, batch.id, outlet.id)
    if move.quantity > there:
        raise BeyondOutlet(outlet=outlet.name, there=there)
    _enter(session, move, (-move.quantity, move.reason), identity, now)
    if move.reason == OutletReason.BROUGHT_BACK:
        words = f"{outlet.name} {move.note}".strip()
        _move(session, batch, (move.quantity, OutletReason.BROUGHT_BACK, words), identity, now)
        note_changes(session, [product_id], now)
    return batch


def _open_outlet(session: Session, outlet_id: int) -> Outlet:
    # Held, so that nobody closes it while goods are on their way there.
    outlet = session.get(Outlet, outlet_id, with_for_update={"read": True}, populate_existing=True)
    if outlet is None:
        raise NotFound
    if outlet.closed_on is not None:
        raise OutletClosed(outlet=outlet.name)
    return outlet


def _require_not_recalled(batch: Batch) -> None:
    if batch.recalled_at is not None:
        raise BatchRecalled(batch=batch.code)


def _require_quantity(quantity: int) -> None:
    if not 1 <= quantity <= MAX_QUANTITY:
        raise invalid("quantity", NOT_A_QUANTITY)


def _require_free(batch: Batch, quantity: int) -> None:
    _require_quantity(quantity)
    free = batch.quantity_on_hand - batch.quantity_reserved
    if quantity > free:
        raise BeyondFree(batch=batch.code, free=free)


def _move(
    session: Session,
    batch: Batch,
    change: tuple[int, str, str],
    identity: Identity,
    now: datetime,
) -> None:
    """The quantity on hand changes, and the entry that says why; both or neither."""
    quantity, reason, words = change
    before = batch.quantity_on_hand
    batch.quantity_on_hand += quantity
    session.add(
        StockMovement(
            batch_id=batch.id,
            quantity=quantity,
            reason=reason,
            source=f"{reason.lower()}:{new_code(12)}/batch:{batch.id}",
            at=now,
            actor_id=identity.person_id,
            note=words.strip() or None,
        )
    )
    session.flush()
    record(
        session,
        now,
        actor_id=identity.person_id,
        action=f"stock.{reason.lower()}",
        object_kind="batch",
        object_id=batch.id,
        before={"on_hand": before},
        after={"on_hand": batch.quantity_on_hand, "words": words},
    )


def _enter(
    session: Session,
    move: OutletMove,
    change: tuple[int, str],
    identity: Identity,
    now: datetime,
) -> None:
    quantity, reason = change
    session.add(
        OutletEntry(
            outlet_id=move.outlet_id,
            batch_id=move.batch_id,
            quantity=quantity,
            reason=reason,
            actor_id=identity.person_id,
            note=move.note.strip(),
            at=now,
        )
    )
    session.flush()
