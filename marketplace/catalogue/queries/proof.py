"""Sums over stock, for proving that it agrees with its movements and reservations."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Batch, StockMovement


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
