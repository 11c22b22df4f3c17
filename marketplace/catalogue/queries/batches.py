"""Batches as those who keep them see them: what is there, what is held, and why it changed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, func, null, or_, select, union_all
from sqlalchemy.orm import Session

from marketplace.accounts.queries import PERSON_NAMES
from marketplace.catalogue.models import (
    Batch,
    BatchReport,
    Outlet,
    OutletEntry,
    Product,
    StockMovement,
    Variant,
)
from marketplace.catalogue.queries.variants import MAX_ID
from marketplace.catalogue.rules.keeping import NEAR_EXPIRY_DAYS, near_expiry
from marketplace.core.areas import in_area
from marketplace.core.errors import NotFound
from marketplace.core.paging import Page, PageRequest
from marketplace.producers.queries import PRODUCER_NAMES

MOST_ENTRIES = 200


@dataclass(frozen=True)
class KeptBatch:
    """A batch in the store."""

    id: int
    code: str
    variant_id: int
    variant_name: str
    product_id: int
    product_name: str
    producer_id: int
    producer_name: str
    workshop_id: int | None
    produced_on: date
    expires_on: date | None
    on_hand: int
    reserved: int
    recalled_at: datetime | None
    recall_reason: str | None
    recalled_by: int | None
    price_fen: int

    @property
    def free_fen(self) -> int:
        """What is free at its price."""
        return self.free * self.price_fen

    @property
    def free(self) -> int:
        return self.on_hand - self.reserved

    def days_left(self, today: date) -> int | None:
        """How many days it may still be sold; None where it does not perish."""
        return None if self.expires_on is None else max(0, (self.expires_on - today).days)


@dataclass(frozen=True)
class StockEntry:
    """A change of what is in the store, or of what lies at an outlet."""

    at: datetime
    quantity: int
    reason: str
    who: str | None
    note: str | None
    outlet: str | None


@dataclass(frozen=True)
class ReportRow:
    """A test report of a batch."""

    upload_id: int
    laboratory: str
    tested_on: date


def select_batches(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Batch.id,
            Batch.code,
            Variant.id,
            Variant.name,
            Product.id,
            Product.name,
            Product.producer_id,
            PRODUCER_NAMES.c.name,
            Product.workshop_id,
            Batch.produced_on,
            Batch.expires_on,
            Batch.quantity_on_hand,
            Batch.quantity_reserved,
            Batch.recalled_at,
            Batch.recall_reason,
            Batch.recalled_by,
            Variant.price_fen,
        )
        .join(Variant, Variant.id == Batch.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .join(PRODUCER_NAMES, PRODUCER_NAMES.c.id == Product.producer_id)
        .where(*conditions)
    )


def get_batch(session: Session, batch_id: int) -> KeptBatch:
    """A batch. Raises NotFound; whoever asks looks whose it is."""
    found = session.execute(select_batches(Batch.id == min(batch_id, MAX_ID))).one_or_none()
    if found is None:
        raise NotFound
    return KeptBatch(*found)


def find_batch_id(session: Session, code: str) -> int | None:
    return session.scalar(select(Batch.id).where(Batch.code == code))


def recalled_batches(session: Session, batch_ids: Collection[int]) -> set[int]:
    """Those of the batches that were recalled."""
    recalled = (Batch.id.in_(batch_ids), Batch.recalled_at.is_not(None))
    return set(session.scalars(select(Batch.id).where(*recalled)))


def list_batches(
    session: Session, producer_id: int, page: PageRequest, today: date
) -> Page[KeptBatch]:
    """A producer's batches: what may be sold first, the first to expire ahead; then what is left
    of others, then those of which nothing is left."""
    mine = Product.producer_id == producer_id
    counted = (
        select(func.count())
        .select_from(Batch)
        .join(Variant, Variant.id == Batch.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .where(mine)
    )
    rows = session.execute(
        select_batches(mine)
        .order_by(
            Batch.quantity_on_hand == 0,
            or_(Batch.recalled_at.is_not(None), func.coalesce(Batch.expires_on <= today, False)),
            Batch.expires_on.is_(None),
            Batch.expires_on,
            Batch.id.desc(),
        )
        .offset(page.offset)
        .limit(page.per_page)
    )
    found = [KeptBatch(*row) for row in rows]
    return Page(found, page.page, page.per_page, session.scalar(counted) or 0)


@dataclass(frozen=True)
class NearExpiry:
    """Batches that expire soon, the packs of them that no order holds, at their price."""

    batches: int
    packs: int
    value_fen: int


def near_expiry_conditions(today: date, days: int) -> list[ColumnElement[bool]]:
    """Of batches that may be sold for a short time only."""
    first, last = near_expiry(today, days)
    return [
        Batch.expires_on.between(first, last),
        Batch.quantity_on_hand > Batch.quantity_reserved,
        Batch.recalled_at.is_(None),
    ]


def list_near_expiry(
    session: Session,
    today: date,
    page: PageRequest,
    *,
    producer_id: int | None = None,
    days: int = NEAR_EXPIRY_DAYS,
    area: str = "",
) -> Page[KeptBatch]:
    """What may be sold for a short time only, the shortest first: of one producer, or of all."""
    wanted = near_expiry_conditions(today, days)
    wanted += in_area("producer", Product.producer_id, area)
    if producer_id is not None:
        wanted.append(Product.producer_id == producer_id)
    inner = select_batches(*wanted)
    total = session.scalar(select(func.count()).select_from(inner.subquery())) or 0
    rows = session.execute(
        inner.order_by(Batch.expires_on, Batch.id).offset(page.offset).limit(page.per_page)
    )
    return Page([KeptBatch(*row) for row in rows], page.page, page.per_page, total)


def list_recalled(session: Session, page: PageRequest, *, area: str = "") -> Page[KeptBatch]:
    """Batches that were recalled, the latest first."""
    recalled = [Batch.recalled_at.is_not(None), *in_area("batch", Batch.id, area)]
    total = session.scalar(select(func.count()).select_from(Batch).where(*recalled)) or 0
    rows = session.execute(
        select_batches(*recalled)
        .order_by(Batch.recalled_at.desc(), Batch.id)
        .offset(page.offset)
        .limit(page.per_page)
    )
    return Page([KeptBatch(*row) for row in rows], page.page, page.per_page, total)


def list_entries(session: Session, batch_id: int) -> Sequence[StockEntry]:
    """Why a batch's quantity changed, here and at outlets, the newest first."""
    here = (
        select(
            StockMovement.at.label("at"),
            StockMovement.quantity,
            StockMovement.reason,
            PERSON_NAMES.c.name.label("who"),
            StockMovement.note,
            cast(null(), String).label("outlet"),
            StockMovement.id.label("place"),
        )
        .outerjoin(PERSON_NAMES, PERSON_NAMES.c.id == StockMovement.actor_id)
        .where(StockMovement.batch_id == batch_id)
    )
    there = (
        select(
            OutletEntry.at,
            OutletEntry.quantity,
            OutletEntry.reason,
            PERSON_NAMES.c.name,
            OutletEntry.note,
            Outlet.name,
            OutletEntry.id,
        )
        .join(Outlet, Outlet.id == OutletEntry.outlet_id)
        .join(PERSON_NAMES, PERSON_NAMES.c.id == OutletEntry.actor_id)
        .where(OutletEntry.batch_id == batch_id)
    )
    both = union_all(here, there).subquery()
    rows = session.execute(
        select(both).order_by(both.c.at.desc(), both.c.place.desc()).limit(MOST_ENTRIES)
    )
    return [StockEntry(*tuple(row)[:6]) for row in rows]


def list_reports(session: Session, batch_id: int) -> Sequence[ReportRow]:
    """The test reports of a batch, the newest first."""
    rows = session.execute(
        select(BatchReport.upload_id, BatchReport.laboratory, BatchReport.tested_on)
        .where(BatchReport.batch_id == batch_id)
        .order_by(BatchReport.tested_on.desc(), BatchReport.upload_id.desc())
    )
    return [ReportRow(*row) for row in rows]
