"""What lies at an outlet batch by batch, and what its receipts ask of the goods they name."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import (
    Batch,
    BatchOrigin,
    Certification,
    Outlet,
    OutletEntry,
    Product,
    Variant,
)
from marketplace.catalogue.queries.batches import KeptBatch, select_batches
from marketplace.catalogue.queries.outlets import OutletRow, count_in_outlet
from marketplace.catalogue.rules.keeping import near_expiry
from marketplace.core.errors import NotFound
from marketplace.producers.queries import PRODUCER_NAMES

OUTLET_NAMES = select(Outlet.id, Outlet.name).subquery("outlet_names")


@dataclass(frozen=True)
class ShelfRow:
    """A batch at an outlet: how many packs came, and what became of them."""

    batch_id: int
    batch_code: str
    product_name: str
    pack_name: str
    producer_id: int
    producer_name: str
    expires_on: date | None
    sent: int
    sold: int
    # Of those, what stands on no receipt.
    sold_by_hand: int
    lost: int
    back: int
    there: int

    def is_near_expiry(self, today: date) -> bool:
        return self.expires_on is not None and self.expires_on <= near_expiry(today)[1]


def get_outlet(session: Session, outlet_id: int) -> OutletRow:
    """An outlet with what lies there. Raises NotFound."""
    outlet = session.get(Outlet, outlet_id)
    if outlet is None:
        raise NotFound
    facts = (outlet.name, outlet.kind, outlet.place, outlet.opened_on, outlet.closed_on)
    return OutletRow(outlet.id, *facts, count_in_outlet(session, outlet_id))


def list_shelf(
    session: Session, outlet_id: int, producer_ids: Collection[int] | None = None
) -> list[ShelfRow]:
    """Batches that ever came to an outlet, those that lie there first. One query."""
    there = func.sum(OutletEntry.quantity)
    by_hand = OutletEntry.quantity * case((OutletEntry.sale_id.is_(None), 1), else_=0)
    wanted = (
        select(
            Batch.id,
            Batch.code,
            Product.name,
            Variant.name,
            Product.producer_id,
            PRODUCER_NAMES.c.name,
            Batch.expires_on,
            func.sum(case((OutletEntry.reason == "SENT", OutletEntry.quantity), else_=0)),
            -func.sum(case((OutletEntry.reason == "SOLD", OutletEntry.quantity), else_=0)),
            -func.sum(case((OutletEntry.reason == "SOLD", by_hand), else_=0)),
            -func.sum(case((OutletEntry.reason == "LOST", OutletEntry.quantity), else_=0)),
            -func.sum(case((OutletEntry.reason == "BROUGHT_BACK", OutletEntry.quantity), else_=0)),
            there,
        )
        .join(Batch, Batch.id == OutletEntry.batch_id)
        .join(Variant, Variant.id == Batch.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .join(PRODUCER_NAMES, PRODUCER_NAMES.c.id == Product.producer_id)
        .where(OutletEntry.outlet_id == outlet_id)
        .group_by(Batch.id, Variant.id, Product.id, PRODUCER_NAMES.c.name)
        .order_by(there == 0, Product.name, Batch.expires_on, Batch.id)
    )
    if producer_ids is not None:
        wanted = wanted.where(Product.producer_id.in_(producer_ids))
    return [ShelfRow(*row) for row in session.execute(wanted)]


def there_by_batch(session: Session, outlet_id: int, batch_ids: Collection[int]) -> dict[int, int]:
    """Packs of each batch that lie at an outlet."""
    rows = session.execute(
        select(OutletEntry.batch_id, func.sum(OutletEntry.quantity))
        .where(OutletEntry.outlet_id == outlet_id, OutletEntry.batch_id.in_(batch_ids))
        .group_by(OutletEntry.batch_id)
    )
    return {batch_id: int(there) for batch_id, there in rows}


def batches_by_code(session: Session, codes: Collection[str]) -> dict[str, KeptBatch]:
    """Batches by what stands on their parcels."""
    rows = session.execute(select_batches(Batch.code.in_(codes)))
    found = [KeptBatch(*row) for row in rows]
    return {batch.code: batch for batch in found}


def shares_of_batches(
    session: Session, batch_ids: Collection[int]
) -> dict[int, tuple[tuple[str, int], ...]]:
    """Each batch's villages with their parts per million."""
    rows = session.execute(
        select(BatchOrigin.batch_id, BatchOrigin.village_code, BatchOrigin.share_ppm)
        .where(BatchOrigin.batch_id.in_(batch_ids))
        .order_by(BatchOrigin.batch_id, BatchOrigin.village_code)
    )
    shares: dict[int, tuple[tuple[str, int], ...]] = {}
    for batch_id, village_code, share_ppm in rows:
        shares[batch_id] = (*shares.get(batch_id, ()), (village_code, share_ppm))
    return shares


@dataclass(frozen=True)
class Recognition:
    """From when until when a product was recognised."""

    valid_from: date
    valid_until: date
    withdrawn_on: date | None

    def covers(self, day: date) -> bool:
        stands = self.withdrawn_on is None or day < self.withdrawn_on
        return stands and self.valid_from <= day <= self.valid_until


def recognitions_of(session: Session, product_ids: Collection[int]) -> dict[int, list[Recognition]]:
    """Every recognition that products ever had."""
    rows = session.execute(
        select(
            Certification.product_id,
            Certification.valid_from,
            Certification.valid_until,
            Certification.withdrawn_on,
        ).where(Certification.product_id.in_(product_ids))
    )
    found: dict[int, list[Recognition]] = {}
    for product_id, valid_from, valid_until, withdrawn_on in rows:
        one = Recognition(valid_from, valid_until, withdrawn_on)
        found.setdefault(product_id, []).append(one)
    return found


def sold_by_sale(session: Session) -> dict[int, int]:
    """Line of a receipt → packs that left its outlet for it."""
    rows: Sequence[tuple[int | None, int]] = [
        (row[0], row[1])
        for row in session.execute(
            select(OutletEntry.sale_id, OutletEntry.quantity).where(
                OutletEntry.sale_id.is_not(None)
            )
        )
    ]
    return {sale_id: -quantity for sale_id, quantity in rows if sale_id is not None}


def outlets_below_zero(session: Session) -> list[tuple[int, int, int]]:
    """(outlet, batch, packs) where more left an outlet than ever came."""
    there = func.sum(OutletEntry.quantity)
    rows = session.execute(
        select(OutletEntry.outlet_id, OutletEntry.batch_id, there)
        .group_by(OutletEntry.outlet_id, OutletEntry.batch_id)
        .having(there < 0)
    )
    return [(outlet_id, batch_id, packs) for outlet_id, batch_id, packs in rows]
