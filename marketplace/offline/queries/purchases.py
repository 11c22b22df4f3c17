"""Offline purchases as their unit and the operations centre see them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import PERSON_NAMES
from marketplace.core.areas import in_area
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.core.paging import Page, PageRequest
from marketplace.core.queues import Queue, queue_of
from marketplace.offline.models import OfflineLine, OfflinePaper, OfflinePurchase, OfflineStep
from marketplace.offline.rules import OfflineState, is_theirs
from marketplace.producers.queries import PRODUCER_NAMES
from marketplace.units.queries import UNIT_NAMES, get_visible_unit
from marketplace.uploads.queries import KeptFile, get_upload

TABS = tuple(state.lower() for state in ("CHECKED", "VERIFIED", "FILED", "RETURNED", "REFUSED"))


@dataclass(frozen=True)
class OfflineRow:
    """An offline purchase as lists show it."""

    id: int
    number: str
    unit_id: int
    unit_name: str
    producer_id: int
    producer_name: str
    outlet: str
    bought_on: date
    fund: str
    invoice_number: str
    invoice_fen: int
    goods_fen: int
    remark: str
    state: str
    filed_by: int
    checked_by: int | None
    recognised_on: date | None


@dataclass(frozen=True)
class LineView:
    id: int
    product_id: int
    product_name: str
    packs: int
    amount_fen: int
    is_certified: bool
    counted_rules: int


@dataclass(frozen=True)
class StepView:
    at: datetime
    who: str
    kind: str
    words: str


@dataclass(frozen=True)
class OfflineView:
    """One offline purchase, whole, and what the person who asks may do with it now."""

    row: OfflineRow
    lines: tuple[LineView, ...]
    papers: tuple[tuple[int, str], ...]
    steps: tuple[StepView, ...]
    turn: str | None


_NAMED = {"unit_name": UNIT_NAMES.c.name, "producer_name": PRODUCER_NAMES.c.name}


def _rows() -> Select[*tuple[Any, ...]]:
    columns = [
        _NAMED[name] if name in _NAMED else getattr(OfflinePurchase, name)
        for name in OfflineRow.__dataclass_fields__
    ]
    return (
        select(*columns)
        .select_from(OfflinePurchase)
        .join(UNIT_NAMES, UNIT_NAMES.c.id == OfflinePurchase.unit_id)
        .join(PRODUCER_NAMES, PRODUCER_NAMES.c.id == OfflinePurchase.producer_id)
    )


def _page(session: Session, page: PageRequest, *wanted: ColumnElement[bool]) -> Page[OfflineRow]:
    total = session.scalar(select(func.count()).select_from(OfflinePurchase).where(*wanted)) or 0
    rows = session.execute(
        _rows()
        .where(*wanted)
        .order_by(OfflinePurchase.id.desc())
        .offset(page.offset)
        .limit(page.per_page)
    )
    return Page([OfflineRow(*tuple(row)) for row in rows], page.page, page.per_page, total)


def list_of_unit(
    session: Session, identity: Identity, unit_id: int, page: PageRequest
) -> Page[OfflineRow]:
    """A unit's offline purchases, the newest first. Raises NotFound for strangers."""
    get_visible_unit(session, identity, unit_id)
    return _page(session, page, OfflinePurchase.unit_id == unit_id)


def list_in_centre(
    session: Session, tab: str, page: PageRequest, *, area: str = ""
) -> Page[OfflineRow]:
    """All of one state, for the operations centre."""
    states = [tab.upper()] if tab != "refused" else ["REFUSED", "REVERSED"]
    here = in_area("offline_purchase", OfflinePurchase.id, area)
    return _page(session, page, and_(OfflinePurchase.state.in_(states), *here))


def count_waiting(session: Session, *, area: str = "") -> int:
    """How many wait for the operations centre."""
    here = in_area("offline_purchase", OfflinePurchase.id, area)
    wanted = and_(OfflinePurchase.state == OfflineState.CHECKED, *here)
    return session.scalar(select(func.count()).select_from(OfflinePurchase).where(wanted)) or 0


def get_offline(session: Session, identity: Identity, offline_id: int) -> OfflineView:
    """An offline purchase. Raises NotFound for whoever may not see its unit."""
    found = session.execute(_rows().where(OfflinePurchase.id == offline_id)).one_or_none()
    if found is None:
        raise NotFound
    row = OfflineRow(*tuple(found))
    get_visible_unit(session, identity, row.unit_id)
    columns = (getattr(OfflineLine, name) for name in LineView.__dataclass_fields__)
    lines = select(*columns).where(OfflineLine.offline_id == offline_id).order_by(OfflineLine.id)
    papers = (
        select(OfflinePaper.upload_id, OfflinePaper.kind)
        .where(OfflinePaper.offline_id == offline_id)
        .order_by(OfflinePaper.upload_id)
    )
    return OfflineView(
        row=row,
        lines=tuple(LineView(*tuple(line)) for line in session.execute(lines)),
        papers=tuple((upload, kind) for upload, kind in session.execute(papers)),
        steps=_steps(session, offline_id),
        turn=is_theirs(
            identity,
            row.state,
            (row.unit_id, row.producer_id),
            (row.filed_by, row.checked_by),
        ),
    )


def _steps(session: Session, offline_id: int) -> tuple[StepView, ...]:
    rows = session.execute(
        select(OfflineStep.at, PERSON_NAMES.c.name, OfflineStep.kind, OfflineStep.words)
        .join(PERSON_NAMES, PERSON_NAMES.c.id == OfflineStep.actor_id)
        .where(OfflineStep.offline_id == offline_id)
        .order_by(OfflineStep.id)
    )
    return tuple(StepView(*tuple(row)) for row in rows)


def get_paper(session: Session, identity: Identity, offline_id: int, upload_id: int) -> KeptFile:
    """A proof or photograph, for whoever may see the purchase. Raises NotFound."""
    papers = get_offline(session, identity, offline_id).papers
    if upload_id not in {upload for upload, _kind in papers}:
        raise NotFound
    return get_upload(session, upload_id)


def numbers_of(session: Session, offline_ids: Collection[int]) -> dict[int, str]:
    """Numbers of offline purchases by id."""
    rows = session.execute(
        select(OfflinePurchase.id, OfflinePurchase.number).where(
            OfflinePurchase.id.in_(offline_ids)
        )
    )
    return {row.id: row.number for row in rows}


def queue_of_purchases(session: Session, *, area: str = "") -> Queue:
    """Those that wait for the operations centre."""
    checked = OfflinePurchase.state == OfflineState.CHECKED
    here = in_area("offline_purchase", OfflinePurchase.id, area)
    return queue_of(session, OfflinePurchase.filed_at, checked, *here)
