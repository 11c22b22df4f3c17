"""Outlets, and what lies there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Batch, Outlet, OutletEntry, Product, Variant
from marketplace.core.areas import code_in_area
from marketplace.core.paging import Page, PageRequest


@dataclass(frozen=True)
class OutletRow:
    """An outlet with how much lies there."""

    id: int
    name: str
    kind: str
    place: str
    opened_on: date
    closed_on: date | None
    there: int


@dataclass(frozen=True)
class AtOutlet:
    """Packs of a batch that lie at an outlet."""

    outlet_id: int
    outlet_name: str
    batch_id: int
    there: int


def count_at_outlet(session: Session, batch_id: int, outlet_id: int) -> int:
    """Packs of a batch at an outlet. Whoever moves them holds the batch."""
    mine = (OutletEntry.batch_id == batch_id, OutletEntry.outlet_id == outlet_id)
    return (
        session.scalar(select(func.coalesce(func.sum(OutletEntry.quantity), 0)).where(*mine)) or 0
    )


def count_in_outlet(session: Session, outlet_id: int) -> int:
    """Packs of all batches at an outlet."""
    there = select(func.coalesce(func.sum(OutletEntry.quantity), 0))
    return session.scalar(there.where(OutletEntry.outlet_id == outlet_id)) or 0


def list_outlets(
    session: Session, *, with_closed: bool = False, area: str = ""
) -> Sequence[OutletRow]:
    """Outlets by name, with what lies there. One query."""
    wanted = _outlets(area)
    if not with_closed:
        wanted = wanted.where(Outlet.closed_on.is_(None))
    return [OutletRow(*row) for row in session.execute(wanted)]


def turn_outlets(session: Session, page: PageRequest, *, area: str = "") -> Page[OutletRow]:
    """A page of all outlets, those that are closed last."""
    every = select(func.count()).select_from(Outlet).where(*code_in_area(Outlet.county_code, area))
    total = session.scalar(every) or 0
    rows = session.execute(_outlets(area).offset(page.offset).limit(page.per_page))
    return Page([OutletRow(*row) for row in rows], page.page, page.per_page, total)


def _outlets(area: str) -> Select[*tuple[Any, ...]]:
    there = func.coalesce(func.sum(OutletEntry.quantity), 0)
    return (
        select(
            Outlet.id,
            Outlet.name,
            Outlet.kind,
            Outlet.place,
            Outlet.opened_on,
            Outlet.closed_on,
            there,
        )
        .outerjoin(OutletEntry, OutletEntry.outlet_id == Outlet.id)
        .where(*code_in_area(Outlet.county_code, area))
        .group_by(Outlet.id)
        .order_by(Outlet.closed_on.is_not(None), Outlet.name, Outlet.id)
    )


def list_at_outlets(session: Session, producer_id: int) -> Sequence[AtOutlet]:
    """What of a producer's batches lies at which outlet. One query."""
    return _list_there(session, Product.producer_id == producer_id)


def list_of_batch(session: Session, batch_id: int) -> Sequence[AtOutlet]:
    """Where packs of a batch lie."""
    return _list_there(session, Batch.id == batch_id)


def _list_there(session: Session, wanted: ColumnElement[bool]) -> Sequence[AtOutlet]:
    there = func.sum(OutletEntry.quantity)
    rows = session.execute(
        select(Outlet.id, Outlet.name, OutletEntry.batch_id, there)
        .join(OutletEntry, OutletEntry.outlet_id == Outlet.id)
        .join(Batch, Batch.id == OutletEntry.batch_id)
        .join(Variant, Variant.id == Batch.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .where(wanted)
        .group_by(Outlet.id, Outlet.name, OutletEntry.batch_id)
        .having(there > 0)
        .order_by(Outlet.name, OutletEntry.batch_id)
    )
    return [AtOutlet(*row) for row in rows]
