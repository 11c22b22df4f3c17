"""Sums over stock, for proving that it agrees with its movements and reservations."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Batch, PriceEntry, StockMovement, Variant


def stock_that_disagrees(session: Session) -> list[tuple[str, int, int]]:
    """(batch code, sum of movements, on hand) where the two differ."""
    moved = func.coalesce(func.sum(StockMovement.quantity), 0)
    rows = session.execute(
        select(Batch.code, moved, Batch.quantity_on_hand)
        .join(StockMovement, StockMovement.batch_id == Batch.id, isouter=True)
        .group_by(Batch.id)
        .having(moved != Batch.quantity_on_hand)
        .order_by(Batch.code)
    )
    return [(code, moved_quantity, on_hand) for code, moved_quantity, on_hand in rows]


def prices_that_disagree(session: Session) -> list[tuple[int, int | None, int]]:
    """(pack, price that was last written down, price now) where the two differ."""
    last = select(func.max(PriceEntry.id)).group_by(PriceEntry.variant_id)
    written = select(PriceEntry).where(PriceEntry.id.in_(last)).subquery()
    rows = session.execute(
        select(Variant.id, written.c.price_fen, Variant.price_fen)
        .join(written, written.c.variant_id == Variant.id, isouter=True)
        .where(func.coalesce(written.c.price_fen, 0) != Variant.price_fen)
        .order_by(Variant.id)
    )
    return [(variant_id, fen, now_fen) for variant_id, fen, now_fen in rows]
