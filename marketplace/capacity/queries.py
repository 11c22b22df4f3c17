"""Capacities against what was sold, for the producer, the centre and the auditor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import PERSON_NAMES
from marketplace.capacity.models import WorkshopCapacity
from marketplace.capacity.rules import (
    CapacityState,
    DeclaredCapacity,
    SoldMonth,
    sold_against,
    used_ppm,
)
from marketplace.core.areas import in_area
from marketplace.core.money import PPM
from marketplace.core.paging import Page, PageRequest
from marketplace.core.queues import Queue, queue_of
from marketplace.ordering.queries.sold import sold_by_workshops
from marketplace.producers.queries.workshops import WORKSHOP_PLACES, workshops_of


@dataclass(frozen=True)
class CapacityRow:
    """A declaration with its workshop, and what the year so far comes to against it."""

    id: int
    workshop_id: int
    workshop_name: str
    producer_id: int
    producer_name: str
    period: str
    measure: str
    amount: int
    state: str
    declared_by: str
    declared_at: datetime
    reason: str
    sold: int = 0
    used_ppm: int = 0

    @property
    def is_exceeded(self) -> bool:
        return self.state == CapacityState.CONFIRMED and self.used_ppm > PPM


@dataclass(frozen=True)
class WorkshopStanding:
    """A workshop of a producer: what holds, and what waits to be decided."""

    id: int
    name: str
    holds: CapacityRow | None
    newest: CapacityRow | None


_COLUMNS = (
    WorkshopCapacity.id,
    WorkshopCapacity.workshop_id,
    WORKSHOP_PLACES.c.name,
    WORKSHOP_PLACES.c.producer_id,
    WORKSHOP_PLACES.c.producer_name,
    WorkshopCapacity.period,
    WorkshopCapacity.measure,
    WorkshopCapacity.amount,
    WorkshopCapacity.state,
    PERSON_NAMES.c.name,
    WorkshopCapacity.declared_at,
    WorkshopCapacity.reason,
)
_ROWS = (
    select(*_COLUMNS)
    .join(WORKSHOP_PLACES, WORKSHOP_PLACES.c.id == WorkshopCapacity.workshop_id)
    .join(PERSON_NAMES, PERSON_NAMES.c.id == WorkshopCapacity.declared_by)
)


def list_standings(session: Session, producer_id: int, year: int) -> Sequence[WorkshopStanding]:
    """A producer's workshops with their capacity and what they sold this year."""
    workshops = workshops_of(session, producer_id)
    ids = [one.id for one in workshops]
    rows = session.execute(
        _ROWS.where(WorkshopCapacity.workshop_id.in_(ids)).order_by(WorkshopCapacity.id.desc())
    )
    found = _against_sales(session, [CapacityRow(*row) for row in rows], year)
    confirmed = [row for row in found if row.state == CapacityState.CONFIRMED]
    return [
        WorkshopStanding(
            one.id,
            one.name,
            next((row for row in confirmed if row.workshop_id == one.id), None),
            next((row for row in found if row.workshop_id == one.id), None),
        )
        for one in workshops
    ]


def list_waiting(
    session: Session, page: PageRequest, year: int, *, area: str = ""
) -> Page[CapacityRow]:
    """Declarations that the centre has not looked at, the oldest first."""
    waiting = (
        WorkshopCapacity.state == CapacityState.DECLARED,
        *in_area("workshop_capacity", WorkshopCapacity.id, area),
    )
    total = session.scalar(select(func.count()).select_from(WorkshopCapacity).where(*waiting)) or 0
    rows = session.execute(
        _ROWS.where(*waiting).order_by(WorkshopCapacity.id).offset(page.offset).limit(page.per_page)
    )
    found = _against_sales(session, [CapacityRow(*row) for row in rows], year)
    return Page(found, page.page, page.per_page, total)


def list_confirmed(
    session: Session, year: int, before: datetime | None = None, *, area: str = ""
) -> Sequence[CapacityRow]:
    """What holds for each workshop, the fullest first; on demand as of an instant of the year."""
    newest = (
        select(func.max(WorkshopCapacity.id))
        .where(WorkshopCapacity.state == CapacityState.CONFIRMED)
        .where(*in_area("workshop_capacity", WorkshopCapacity.id, area))
        .group_by(WorkshopCapacity.workshop_id)
    )
    rows = session.execute(_ROWS.where(WorkshopCapacity.id.in_(newest)))
    found = _against_sales(session, [CapacityRow(*row) for row in rows], year, before)
    return sorted(found, key=lambda row: (-row.used_ppm, row.id))


def _against_sales(
    session: Session, rows: list[CapacityRow], year: int, before: datetime | None = None
) -> list[CapacityRow]:
    sold = sold_by_workshops(session, year, {row.workshop_id for row in rows}, before)
    return [_with_sold(row, [SoldMonth(*one) for one in sold[row.workshop_id]]) for row in rows]


def _with_sold(row: CapacityRow, months: Sequence[SoldMonth]) -> CapacityRow:
    declared = DeclaredCapacity(row.period, row.measure, row.amount)
    sold = sold_against(declared, months)
    return CapacityRow(**{**vars(row), "sold": sold, "used_ppm": used_ppm(declared, sold)})


def queue_of_capacities(session: Session, *, area: str = "") -> Queue:
    """Declarations that the centre has not looked at."""
    declared = WorkshopCapacity.state == CapacityState.DECLARED
    here = in_area("workshop_capacity", WorkshopCapacity.id, area)
    return queue_of(session, WorkshopCapacity.declared_at, declared, *here)
