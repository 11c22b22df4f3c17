"""What the receipts of an outlet sold leaves it: batch by batch, line by line."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Batch, Outlet, OutletEntry
from marketplace.catalogue.rules.keeping import LONGEST_NOTE, OutletReason
from marketplace.core.errors import NotFound


@dataclass(frozen=True)
class SoldPacks:
    """Packs that a line of a receipt sold, or (negative) gives back."""

    batch_id: int
    packs: int
    sale_id: int
    note: str


def hold_outlet(session: Session, outlet_id: int, batch_ids: Collection[int]) -> Outlet:
    """Nobody else moves these batches or reports to this outlet until the end. Batches first and
    the outlet last, as everyone takes them who sends goods there. Raises NotFound."""
    session.execute(
        select(Batch.id).where(Batch.id.in_(batch_ids)).order_by(Batch.id).with_for_update()
    ).all()
    outlet = session.get(Outlet, outlet_id, with_for_update=True, populate_existing=True)
    if outlet is None:
        raise NotFound
    return outlet


def sell_at_outlet(
    session: Session, outlet_id: int, sold: Iterable[SoldPacks], actor_id: int, now: datetime
) -> None:
    """Whoever calls holds the outlet and has looked that no more is sold than lies there."""
    session.add_all(
        OutletEntry(
            outlet_id=outlet_id,
            batch_id=one.batch_id,
            quantity=-one.packs,
            reason=OutletReason.SOLD,
            actor_id=actor_id,
            note=one.note[:LONGEST_NOTE],
            at=now,
            sale_id=one.sale_id,
        )
        for one in sold
    )
    session.flush()
