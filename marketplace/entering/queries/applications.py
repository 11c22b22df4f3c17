"""Applications as the applicant, the county and, while they are shown, everyone sees them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import PERSON_NAMES
from marketplace.core.areas import code_in_area
from marketplace.core.closed import Closed, columns_of, views_of
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.core.paging import Page, PageRequest
from marketplace.core.queues import Queue, queue_of
from marketplace.entering.models import (
    EntryApplication,
    EntryBenefit,
    EntryPaper,
    EntryRequirement,
    EntryStep,
)
from marketplace.entering.rules.requirements import KNOWN, Settled
from marketplace.entering.rules.states import (
    OVER,
    EntryState,
    Hands,
    holds_role,
    may_see,
    turn_of,
)
from marketplace.geography.queries import PLACE_NAMES
from marketplace.uploads.queries import KeptFile, get_upload

TABS = tuple(state.lower() for state in EntryState if state != EntryState.DRAFT)


@dataclass(frozen=True)
class EntryRow:
    """An application as it stands."""

    id: int
    applicant_id: int
    state: str
    name: str
    kind: str
    is_trader: bool
    uscc: str
    village_code: str
    phone: str
    story: str
    food_kind: str
    food_number: str
    food_valid_until: date | None
    licence_valid_until: date | None
    legal_name: str
    legal_tail: str
    bank: str
    bank_number: Closed
    written_at: datetime
    prechecked_by: int | None
    recommended_by: int | None
    decided_by: int | None
    notice_from: date | None
    notice_until: date | None
    producer_id: int | None

    @property
    def hands(self) -> Hands:
        return Hands(self.applicant_id, self.prechecked_by, self.recommended_by, self.decided_by)


@dataclass(frozen=True)
class BenefitView:
    village_code: str
    village_name: str
    kind: str
    households: int


@dataclass(frozen=True)
class RequirementView:
    code: str
    by: str
    # A message of the rules, to be translated where it is shown.
    message: str
    state: str
    who: str | None
    at: datetime | None
    words: str


@dataclass(frozen=True)
class StepView:
    at: datetime
    who: str | None
    kind: str
    words: str
    about: str = ""


@dataclass(frozen=True)
class EntryView:
    """One application, whole, and what the person who asks may do with it now."""

    row: EntryRow
    village_name: str
    benefits: tuple[BenefitView, ...]
    requirements: tuple[RequirementView, ...]
    # (upload, kind), the newest first: the first of a kind is the one that holds.
    papers: tuple[tuple[int, str], ...]
    steps: tuple[StepView, ...]
    turn: str | None
    # It is for people of this role, but this one has already taken a step.
    is_anothers: bool


@dataclass(frozen=True)
class ShownEntry:
    """What everyone may see of an application while it is shown."""

    id: int
    name: str
    kind: str
    uscc: str
    village_name: str
    township_name: str
    food_kind: str
    food_number: str
    legal_name: str
    notice_from: date
    notice_until: date


def _rows() -> Select[*tuple[Any, ...]]:
    return select(*columns_of(EntryApplication, EntryRow))


def find_own(session: Session, identity: Identity) -> EntryView | None:
    """The person's application that is not over."""
    found = session.scalar(
        select(EntryApplication.id).where(
            EntryApplication.applicant_id == identity.person_id,
            EntryApplication.state.not_in(OVER),
        )
    )
    return None if found is None else get_entry(session, identity, found)


def list_own(session: Session, identity: Identity) -> Sequence[EntryRow]:
    """All that a person has applied for, the newest first."""
    mine = EntryApplication.applicant_id == identity.person_id
    rows = session.execute(_rows().where(mine).order_by(EntryApplication.id.desc()))
    return views_of(session, EntryRow, rows)


def get_entry(session: Session, identity: Identity, application_id: int) -> EntryView:
    """An application. Raises NotFound for whoever may not see it; a draft is its applicant's."""
    found = session.execute(_rows().where(EntryApplication.id == application_id))
    row = next(iter(views_of(session, EntryRow, found)), None)
    if row is None or not may_see(identity, row.applicant_id):
        raise NotFound
    if row.state == EntryState.DRAFT and identity.person_id != row.applicant_id:
        raise NotFound
    turn = turn_of(identity, row.state, row.hands)
    seat = select(PLACE_NAMES.c.name).where(PLACE_NAMES.c.code == row.village_code)
    return EntryView(
        row=row,
        village_name=session.scalar(seat) or "",
        benefits=_benefits(session, application_id),
        requirements=_requirements(session, application_id),
        papers=_papers(session, application_id),
        steps=_steps(session, application_id),
        turn=turn,
        is_anothers=turn is None and holds_role(identity, row.state),
    )


def _benefits(session: Session, application_id: int) -> tuple[BenefitView, ...]:
    rows = session.execute(
        select(
            EntryBenefit.village_code,
            func.coalesce(PLACE_NAMES.c.name, ""),
            EntryBenefit.kind,
            EntryBenefit.households,
        )
        .outerjoin(PLACE_NAMES, PLACE_NAMES.c.code == EntryBenefit.village_code)
        .where(EntryBenefit.application_id == application_id)
        .order_by(EntryBenefit.position)
    )
    return tuple(BenefitView(*tuple(row)) for row in rows)


def _requirements(session: Session, application_id: int) -> tuple[RequirementView, ...]:
    rows = session.execute(
        select(EntryRequirement, PERSON_NAMES.c.name)
        .outerjoin(PERSON_NAMES, PERSON_NAMES.c.id == EntryRequirement.settled_by)
        .where(EntryRequirement.application_id == application_id)
    )
    found = {one.code: (one, who) for one, who in rows}
    return tuple(
        RequirementView(code, known.by, known.words, one.state, who, one.settled_at, one.words)
        for code, known in KNOWN.items()
        if code in found
        for one, who in [found[code]]
    )


def _papers(session: Session, application_id: int) -> tuple[tuple[int, str], ...]:
    wanted = select(EntryPaper.upload_id, EntryPaper.kind).where(
        EntryPaper.application_id == application_id
    )
    rows = session.execute(wanted.order_by(EntryPaper.upload_id.desc()))
    return tuple((upload_id, kind) for upload_id, kind in rows)


def _steps(session: Session, application_id: int) -> tuple[StepView, ...]:
    rows = session.execute(
        select(EntryStep.at, PERSON_NAMES.c.name, EntryStep.kind, EntryStep.words)
        .outerjoin(PERSON_NAMES, PERSON_NAMES.c.id == EntryStep.actor_id)
        .where(EntryStep.application_id == application_id)
        .order_by(EntryStep.id)
    )
    return tuple(_step(StepView(*tuple(row))) for row in rows)


def _step(step: StepView) -> StepView:
    """A requirement is kept by its code, and what was said of it behind that."""
    if step.kind not in (Settled.VERIFIED, Settled.WAIVED):
        return step
    code, _blank, words = step.words.partition(" ")
    return replace(step, words=words, about=KNOWN[code].words)


def count_entries(session: Session, *, area: str = "") -> dict[str, int]:
    """How many applications stand how."""
    rows = session.execute(
        select(EntryApplication.state, func.count())
        .where(*code_in_area(EntryApplication.village_code, area))
        .group_by(EntryApplication.state)
    )
    by_state = {state.lower(): number for state, number in rows}
    return {tab: by_state.get(tab, 0) for tab in TABS}


def list_entries(
    session: Session, tab: str, page: PageRequest, *, area: str = ""
) -> Page[EntryRow]:
    """All of one state, for the county, the longest waiting first."""
    wanted: list[ColumnElement[bool]] = [
        EntryApplication.state == tab.upper(),
        *code_in_area(EntryApplication.village_code, area),
    ]
    total = session.scalar(select(func.count()).select_from(EntryApplication).where(*wanted)) or 0
    rows = session.execute(
        _rows()
        .where(*wanted)
        .order_by(EntryApplication.id)
        .limit(page.per_page)
        .offset(page.offset)
    )
    return Page(views_of(session, EntryRow, rows), page.page, page.per_page, total)


def list_shown(session: Session, today: date, page: PageRequest) -> Page[ShownEntry]:
    """Who is shown to the public today, the first to end first."""
    named = {"village_name": PLACE_NAMES.c.name, "township_name": PLACE_NAMES.c.township_name}
    columns = [
        named[name] if name in named else getattr(EntryApplication, name)
        for name in ShownEntry.__dataclass_fields__
    ]
    shown = (EntryApplication.state == EntryState.NOTICE, EntryApplication.notice_until >= today)
    rows = session.execute(
        select(*columns)
        .join(PLACE_NAMES, PLACE_NAMES.c.code == EntryApplication.village_code)
        .where(*shown)
        .order_by(EntryApplication.notice_until, EntryApplication.id)
        .slice(page.offset, page.offset + page.per_page)
    )
    total = session.scalar(select(func.count()).select_from(EntryApplication).where(*shown)) or 0
    return Page([ShownEntry(*tuple(row)) for row in rows], page.page, page.per_page, total)


def get_paper(
    session: Session, identity: Identity, application_id: int, upload_id: int
) -> KeptFile:
    """A scan, for whoever may see the application. Raises NotFound."""
    papers = get_entry(session, identity, application_id).papers
    if upload_id not in {upload for upload, _kind in papers}:
        raise NotFound
    return get_upload(session, upload_id)


def queue_of_entries(session: Session, tab: str, *, area: str = "") -> Queue:
    """Applications in one state, each since it was last written."""
    at_hand = EntryApplication.state == tab.upper()
    here = code_in_area(EntryApplication.village_code, area)
    return queue_of(session, EntryApplication.written_at, at_hand, *here)
