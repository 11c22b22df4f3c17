"""Filings as units and reviewers see them, who has not filed, and what the figures hold."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from marketplace.accounts.queries import PERSON_NAMES
from marketplace.core.areas import EVERYTHING, in_area
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.core.paging import Page, PageRequest
from marketplace.core.queues import Queue, queue_of
from marketplace.filings.models import FilingPaper, FilingStep, FilingYear, QuotaFiling
from marketplace.filings.rules import WITH_THE_UNIT, FilingState, reviews
from marketplace.notices.queries import Checks
from marketplace.notices.rules import OpenNotice
from marketplace.units.queries import (
    UNIT_NAMES,
    get_visible_unit,
    list_ancestors,
    select_units,
    subtree_of,
)
from marketplace.uploads.queries import KeptFile, get_upload

TABS = ("submitted", "reviewed", "returned", "approved")


@dataclass(frozen=True)
class FilingRow:
    id: int
    unit_id: int
    unit_name: str
    year: int
    revision: int
    state: str
    headcount: int
    canteen_status: str
    canteen_spend_fen: int
    union_spend_fen: int
    filed_at: datetime
    reason: str


@dataclass(frozen=True)
class StepView:
    at: datetime
    who: str
    kind: str
    words: str


@dataclass(frozen=True)
class FilingView:
    """One filing, whole, as the page shows it."""

    row: FilingRow
    lead_name: str
    remark: str
    effective_on: date
    papers: tuple[int, ...]
    steps: tuple[StepView, ...]
    # Whether it is this person's turn to pass it or send it back.
    is_theirs: bool


@dataclass(frozen=True)
class MissingUnit:
    """A unit that has not handed in its filing of a year, and how far it is."""

    unit_id: int
    name: str
    state: str | None


def _rows() -> Select[*tuple[Any, ...]]:
    columns = [
        UNIT_NAMES.c.name if name == "unit_name" else getattr(QuotaFiling, name)
        for name in FilingRow.__dataclass_fields__
    ]
    return select(*columns).join(UNIT_NAMES, UNIT_NAMES.c.id == QuotaFiling.unit_id)


def find_filing(session: Session, identity: Identity, unit_id: int, year: int) -> FilingView | None:
    """A unit's latest filing of a year, for whoever may see the unit. Raises NotFound."""
    get_visible_unit(session, identity, unit_id)
    found = session.scalar(
        select(QuotaFiling.id)
        .where(QuotaFiling.unit_id == unit_id, QuotaFiling.year == year)
        .order_by(QuotaFiling.revision.desc())
        .limit(1)
    )
    return get_filing(session, identity, found) if found is not None else None


def get_filing(session: Session, identity: Identity, filing_id: int) -> FilingView:
    """A filing. Raises NotFound for whoever may not see its unit."""
    filing = session.get(QuotaFiling, filing_id)
    if filing is None:
        raise NotFound
    get_visible_unit(session, identity, filing.unit_id)
    row = session.execute(_rows().where(QuotaFiling.id == filing_id)).one()
    lead = select(UNIT_NAMES.c.name).where(UNIT_NAMES.c.id == filing.lead_unit_id)
    papers = select(FilingPaper.upload_id).where(FilingPaper.filing_id == filing_id)
    return FilingView(
        row=FilingRow(*tuple(row)),
        lead_name=session.scalar(lead) or "" if filing.lead_unit_id else "",
        remark=filing.remark,
        effective_on=filing.effective_on,
        papers=tuple(session.scalars(papers.order_by(FilingPaper.upload_id))),
        steps=_steps(session, filing_id),
        is_theirs=reviews(identity, filing.state, list_ancestors(session, filing.unit_id)),
    )


def _steps(session: Session, filing_id: int) -> tuple[StepView, ...]:
    rows = session.execute(
        select(FilingStep.at, PERSON_NAMES.c.name, FilingStep.kind, FilingStep.words)
        .join(PERSON_NAMES, PERSON_NAMES.c.id == FilingStep.actor_id)
        .where(FilingStep.filing_id == filing_id)
        .order_by(FilingStep.id)
    )
    return tuple(StepView(*tuple(row)) for row in rows)


def _visible_to(identity: Identity) -> ColumnElement[bool]:
    """All of its area in the operations centre; else those of the units below one's own."""
    if identity.is_in_centre() and identity.area == EVERYTHING:
        return QuotaFiling.id.is_not(None)
    here = in_area("quota_filing", QuotaFiling.id, identity.area) if identity.is_in_centre() else []
    administered = identity.organisations(OrganisationKind.UNIT, Role.ADMIN)
    below = [QuotaFiling.unit_id.in_(subtree_of(unit_id)) for unit_id in administered]
    return or_(false(), *here, *below)


def count_filings(session: Session, identity: Identity, year: int) -> dict[str, int]:
    """How many filings of a year stand how, of those that the person may review."""
    counted = session.execute(
        select(QuotaFiling.state, func.count())
        .where(QuotaFiling.year == year, _visible_to(identity))
        .group_by(QuotaFiling.state)
    )
    by_state: dict[str, int] = {state.lower(): number for state, number in counted}
    return {tab: by_state.get(tab, 0) for tab in TABS}


def list_filings(
    session: Session, identity: Identity, year: int, tab: str, page: PageRequest
) -> Page[FilingRow]:
    """The filings of a tab, the longest waiting first."""
    wanted = (
        QuotaFiling.year == year,
        QuotaFiling.state == tab.upper(),
        _visible_to(identity),
    )
    total = session.scalar(select(func.count()).select_from(QuotaFiling).where(*wanted)) or 0
    rows = session.execute(
        _rows()
        .where(*wanted)
        .order_by(QuotaFiling.filed_at, QuotaFiling.id)
        .offset(page.offset)
        .limit(page.per_page)
    )
    found = [FilingRow(*tuple(row)) for row in rows]
    return Page(found, page.page, page.per_page, total)


def list_missing(
    session: Session, year: int, today: date, page: PageRequest, *, area: str = ""
) -> Page[MissingUnit]:
    """Units that have handed in no filing of a year, or have it back to mend."""
    unit = select_units(min(today, date(year, 12, 31)))
    filed = aliased(QuotaFiling)
    handed_in = select(QuotaFiling.unit_id).where(
        QuotaFiling.year == year, QuotaFiling.state.not_in(("DRAFT", "RETURNED"))
    )
    begun = (filed.unit_id == unit.c.id) & (filed.year == year) & (filed.revision == 1)
    missing = [unit.c.id.not_in(handed_in), *in_area("budget_unit", unit.c.id, area)]
    total = session.scalar(select(func.count()).select_from(unit).where(*missing)) or 0
    rows = session.execute(
        select(unit.c.id, unit.c.name, filed.state)
        .outerjoin(filed, begun)
        .where(*missing)
        .order_by(unit.c.id)
        .offset(page.offset)
        .limit(page.per_page)
    )
    return Page([MissingUnit(*tuple(row)) for row in rows], page.page, page.per_page, total)


def find_due(session: Session, year: int) -> date | None:
    """Until when a year is to be filed, where somebody has said so."""
    return session.scalar(select(FilingYear.due_on).where(FilingYear.year == year))


def plans_of(session: Session, unit_ids: Collection[int], year: int) -> dict[int, tuple[int, int]]:
    """(canteen, union) spend as last approved. A member of another unit's canteen has none."""
    rows = session.execute(
        select(
            QuotaFiling.unit_id,
            QuotaFiling.canteen_spend_fen,
            QuotaFiling.union_spend_fen,
        )
        .where(QuotaFiling.unit_id.in_(unit_ids), QuotaFiling.year == year)
        .where(QuotaFiling.state == FilingState.APPROVED)
        .order_by(QuotaFiling.revision)
    )
    return {unit_id: (canteen_fen, union_fen) for unit_id, canteen_fen, union_fen in rows}


def get_paper(session: Session, identity: Identity, filing_id: int, upload_id: int) -> KeptFile:
    """A file of a filing, for whoever may see its unit. Raises NotFound."""
    if upload_id not in get_filing(session, identity, filing_id).papers:
        raise NotFound
    return get_upload(session, upload_id)


def filing_still_missing(
    session: Session, notices: Sequence[OpenNotice], _now: datetime
) -> set[int]:
    """Of notices about units that are to file a year, those whose unit has not handed it in."""
    filed = {
        (unit_id, year)
        for unit_id, year in session.execute(
            select(QuotaFiling.unit_id, QuotaFiling.year).where(
                QuotaFiling.unit_id.in_({one.object_id for one in notices}),
                QuotaFiling.state.not_in(WITH_THE_UNIT),
            )
        )
    }
    return {one.id for one in notices if (one.object_id, one.params["year"]) not in filed}


# Kind of notice → whether it still waits.
CHECKS: Checks = {"filing_soon": filing_still_missing, "filing_late": filing_still_missing}


def queue_of_filings(session: Session, year: int, state: str, *, area: str = "") -> Queue:
    """Filings of a year in a state, each since it was handed in."""
    return queue_of(
        session,
        QuotaFiling.filed_at,
        QuotaFiling.year == year,
        QuotaFiling.state == state,
        *in_area("quota_filing", QuotaFiling.id, area),
    )
