"""Disputes as hosts and the operations centre see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import names_of as people_names
from marketplace.commission.models import CommissionDispute, DisputeStep
from marketplace.core.areas import in_area
from marketplace.core.errors import NotFound
from marketplace.core.paging import Page, PageRequest
from marketplace.core.queues import Queue, queue_of
from marketplace.hosts.queries import names_of
from marketplace.notices.queries import Checks, while_true

# Kind of notice → whether it still waits.
CHECKS: Checks = {
    "dispute_asked": while_true(CommissionDispute.id, CommissionDispute.state == "OPEN")
}


@dataclass(frozen=True)
class DisputeRow:
    id: int
    host_id: int
    order_id: int
    state: str
    asked_by: int
    asked_at: datetime
    words: str
    decided_at: datetime | None
    answer: str
    host_name: str


@dataclass(frozen=True)
class StepView:
    """Something that was said, by whom."""

    kind: str
    at: datetime
    words: str
    actor_name: str


_COLUMNS = tuple(
    getattr(CommissionDispute, name)
    for name in DisputeRow.__dataclass_fields__
    if name != "host_name"
)


def list_disputes(
    session: Session,
    page: PageRequest,
    *,
    host_id: int | None = None,
    is_open: bool | None = None,
    area: str = "",
) -> Page[DisputeRow]:
    """Disputes, the newest first; those that wait for an answer the oldest first."""
    row = CommissionDispute
    wanted = in_area("commission_dispute", row.id, area)
    if host_id is not None:
        wanted.append(row.host_id == host_id)
    if is_open is not None:
        wanted.append(row.state == "OPEN" if is_open else row.state != "OPEN")
    total = session.scalar(select(func.count()).select_from(row).where(*wanted)) or 0
    rows = session.execute(
        select(*_COLUMNS)
        .where(*wanted)
        .order_by(row.id if is_open else row.id.desc())
        .offset(page.offset)
        .limit(page.per_page)
    ).all()
    return Page(_named(session, rows), page.page, page.per_page, total)


def get_dispute(session: Session, dispute_id: int) -> DisputeRow:
    """A dispute. Raises NotFound. Who may see it is asked before."""
    rows = session.execute(select(*_COLUMNS).where(CommissionDispute.id == dispute_id)).all()
    if not rows:
        raise NotFound
    return _named(session, rows)[0]


def others_on_order(session: Session, dispute: DisputeRow) -> list[DisputeRow]:
    """What other hosts asked about the same order, the newest first."""
    row = CommissionDispute
    rows = session.execute(
        select(*_COLUMNS)
        .where(row.order_id == dispute.order_id, row.id != dispute.id)
        .order_by(row.id.desc())
    ).all()
    return _named(session, rows)


def steps_of(session: Session, dispute_id: int) -> list[StepView]:
    """Everything that was said, from the first word on."""
    row = DisputeStep
    rows = session.execute(
        select(row.kind, row.at, row.words, row.actor_id)
        .where(row.dispute_id == dispute_id)
        .order_by(row.id)
    ).all()
    names = people_names(session, {one.actor_id for one in rows})
    return [StepView(one.kind, one.at, one.words, names.get(one.actor_id, "")) for one in rows]


def _named(session: Session, rows: Sequence[Any]) -> list[DisputeRow]:
    names = names_of(session, {row.host_id for row in rows})
    return [DisputeRow(**row._mapping, host_name=names.get(row.host_id, "")) for row in rows]


def queue_of_disputes(session: Session, *, area: str = "") -> Queue:
    """What hosts asked about and nobody has answered."""
    row = CommissionDispute
    here = in_area("commission_dispute", row.id, area)
    return queue_of(session, row.asked_at, row.state == "OPEN", *here)
