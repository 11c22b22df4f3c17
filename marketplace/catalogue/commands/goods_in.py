"""Goods in: batches with their dates, quantity and villages; and the list of categories."""

import csv
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.commands.lists import refresh_lists
from marketplace.catalogue.commands.products import MAX_QUANTITY, lock_product
from marketplace.catalogue.models import Batch, BatchOrigin, Category, StockMovement, Variant
from marketplace.catalogue.rules import (
    BatchCodeTaken,
    ReceivedBatch,
    UnknownVillage,
    check_origin,
    is_batch_code,
)
from marketplace.core.clock import day_of
from marketplace.core.errors import N_, FieldError, InvalidInput, NotFound
from marketplace.geography import queries as geography

CATEGORIES = Path(__file__).parent.parent / "categories.csv"
LONGEST_SHELF_LIFE_DAYS = 36_500


def receive_batch(
    session: Session, received: ReceivedBatch, now: datetime, *, actor_id: int | None = None
) -> Batch:
    """Goods that came in, with a stock movement.

    Raises SharesMustSum, UnknownVillage, BatchCodeTaken, or InvalidInput naming each field.
    """
    variant = session.get(Variant, received.variant_id)
    if variant is None:
        raise NotFound
    # Looked at under the lock: the same form sent twice at once is refused the second time.
    product = lock_product(session, variant.product_id)
    _check(session, received, day_of(now))
    batch = Batch(
        variant_id=variant.id,
        code=received.code,
        produced_on=received.produced_on,
        expires_on=_expiry(received),
        quantity_on_hand=received.quantity,
        quantity_reserved=0,
    )
    session.add(batch)
    session.flush()
    _record(session, batch, received, actor_id, now)
    refresh_lists(session, product, now)
    return batch


def receive_batch_once(
    session: Session, received: ReceivedBatch, now: datetime, *, actor_id: int
) -> tuple[Batch, bool]:
    """The batch, and whether it is new: the same goods told of again are the same batch."""
    try:
        return receive_batch(session, received, now, actor_id=actor_id), True
    except BatchCodeTaken:
        known = session.scalars(select(Batch).where(Batch.code == received.code)).one()
        if _as_received(session, known) != _told(received):
            raise
        return known, False


def _as_received(session: Session, batch: Batch) -> tuple[object, ...]:
    """What was told of a batch when it came in."""
    came = select(StockMovement.quantity).where(
        StockMovement.batch_id == batch.id, StockMovement.reason == "RECEIVED"
    )
    shares = select(BatchOrigin.village_code, BatchOrigin.share_ppm)
    origin = {tuple(row) for row in session.execute(shares.where(BatchOrigin.batch_id == batch.id))}
    quantity = session.scalar(came.order_by(StockMovement.id).limit(1))
    return (batch.variant_id, batch.produced_on, batch.expires_on, quantity, origin)


def _told(received: ReceivedBatch) -> tuple[object, ...]:
    origin = {(share.village_code, share.share_ppm) for share in received.origin}
    expiry = _expiry(received)
    return (received.variant_id, received.produced_on, expiry, received.quantity, origin)


def put_categories(session: Session) -> None:
    """Writes the marketplace's categories; those that are there take the words of the file."""
    with CATEGORIES.open(encoding="utf-8", newline="") as file:
        for position, row in enumerate(csv.DictReader(file), start=1):
            is_fresh = row.pop("is_fresh") == "1"
            session.merge(Category(**row, position=position, is_fresh=is_fresh))
    session.flush()


def _expiry(received: ReceivedBatch) -> date | None:
    if received.shelf_life_days is None:
        return None
    return received.produced_on + timedelta(days=received.shelf_life_days)


def _check(session: Session, received: ReceivedBatch, today: date) -> None:
    errors = _wrong_fields(received, today)
    if errors:
        raise InvalidInput(*errors)
    check_origin(received.origin)
    for place, share in enumerate(received.origin):
        if geography.find_village(session, share.village_code) is None:
            field = f"origin.{place}.village_code"
            raise UnknownVillage(village=share.village_code).at(field)
    if session.scalar(select(Batch.id).where(Batch.code == received.code)) is not None:
        raise BatchCodeTaken(batch=received.code)


def _wrong_fields(received: ReceivedBatch, today: date) -> list[FieldError]:
    errors = []
    if not is_batch_code(received.code):
        errors.append(FieldError("code", N_("批次号用字母、数字和连字符,最多 40 个字符。")))
    if not 0 < received.quantity <= MAX_QUANTITY:
        errors.append(FieldError("quantity", N_("数量需要在 1 到 1,000,000 之间。")))
    if received.produced_on > today:
        errors.append(FieldError("produced_on", N_("生产日期不能晚于今天。")))
    life = received.shelf_life_days
    if life is not None and not 0 < life <= LONGEST_SHELF_LIFE_DAYS:
        errors.append(FieldError("shelf_life_days", N_("保质期需要在 1 天到 100 年之间。")))
    return errors


def _record(
    session: Session,
    batch: Batch,
    received: ReceivedBatch,
    actor_id: int | None,
    now: datetime,
) -> None:
    session.add_all(
        BatchOrigin(batch_id=batch.id, village_code=share.village_code, share_ppm=share.share_ppm)
        for share in received.origin
    )
    session.add(
        StockMovement(
            batch_id=batch.id,
            quantity=received.quantity,
            reason="RECEIVED",
            source=f"goods-in/batch:{batch.id}",
            at=now,
            actor_id=actor_id,
        )
    )
