"""Applications as their producer, the centre and the public see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import PERSON_NAMES
from marketplace.certification.models import (
    ApplicationPaper,
    ApplicationProduct,
    ApplicationRequirement,
    ApplicationStep,
    CertificationApplication,
)
from marketplace.certification.queries.standing import rungs_of
from marketplace.certification.rules import (
    BY_CODE,
    NEXT_RUNG,
    REQUIREMENTS,
    TAKEN_BACK_FROM,
    Idle,
    Rung,
    State,
    acts_on,
    due_on,
    has_stood_elsewhere,
    sees_papers,
)
from marketplace.core.areas import in_area
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.core.paging import Page, PageRequest
from marketplace.producers.queries import MAX_ID, PRODUCER_NAMES
from marketplace.uploads.queries import KeptFile, get_upload

# Tab → states.
TABS = {
    "township": (State.SUBMITTED,),
    "sector": (State.TOWNSHIP,),
    "county": (State.SECTOR,),
    "notice": (State.NOTICE,),
    "certified": (State.CERTIFIED,),
    "ended": (State.RETURNED, State.REFUSED),
}


@dataclass(frozen=True)
class ApplicationRow:
    id: int
    number: str
    producer_id: int
    producer_name: str
    state: str
    applied_at: datetime
    notice_from: date | None
    notice_until: date | None
    products: tuple[str, ...] = ()


@dataclass(frozen=True)
class RequirementRow:
    code: str
    proof: str
    state: str
    who: str | None
    words: str
    at: datetime


@dataclass(frozen=True)
class StepRow:
    at: datetime
    who: str | None
    rung: str
    kind: str
    words: str


@dataclass(frozen=True)
class ProductRow:
    product_id: int
    name: str
    renews: str | None
    certificate_number: str | None


@dataclass(frozen=True)
class ApplicationView:
    """An application with everything about it, and what this person may do with it now."""

    row: ApplicationRow
    statement: str
    products: tuple[ProductRow, ...]
    requirements: tuple[RequirementRow, ...]
    # Files by id, for whoever may see them.
    papers: tuple[int, ...]
    steps: tuple[StepRow, ...]
    # The rung this person may take now; APPLICANT: hand it in again; None: nothing.
    turn: str | None
    # What has to be settled on that rung.
    due: tuple[str, ...]
    # Why this person may do nothing with it now: "" where they may.
    idle: str
    # Whether this person may take it back.
    may_take_back: bool

    @property
    def number(self) -> str:
        return self.row.number


_SHOWN_STATE = case(
    (CertificationApplication.withdrawn_at.is_not(None), State.WITHDRAWN.value),
    else_=CertificationApplication.state,
)
_ROWS = select(
    CertificationApplication.id,
    CertificationApplication.number,
    CertificationApplication.producer_id,
    PRODUCER_NAMES.c.name.label("producer_name"),
    _SHOWN_STATE.label("state"),
    CertificationApplication.applied_at,
    CertificationApplication.notice_from,
    CertificationApplication.notice_until,
).join(PRODUCER_NAMES, PRODUCER_NAMES.c.id == CertificationApplication.producer_id)


def list_of_producer(session: Session, producer_id: int, page: PageRequest) -> Page[ApplicationRow]:
    """A producer's applications, the newest first."""
    return _page(session, page, CertificationApplication.producer_id == producer_id)


def list_in_centre(
    session: Session, tab: str, page: PageRequest, *, area: str = ""
) -> Page[ApplicationRow]:
    in_tab = CertificationApplication.state.in_(TABS[tab])
    return _page(session, page, and_(in_tab, *here(area)))


def here(area: str) -> list[ColumnElement[bool]]:
    return in_area("certification_application", CertificationApplication.id, area)


def list_on_notice(session: Session, page: PageRequest) -> Page[ApplicationRow]:
    """What is published now: anyone may look at it, and object."""
    return _page(session, page, CertificationApplication.state == State.NOTICE)


def count_waiting(session: Session, *, area: str = "") -> dict[str, int]:
    """How many applications stand in each tab."""
    rows = session.execute(
        select(CertificationApplication.state, func.count().label("number"))
        .where(*here(area))
        .group_by(CertificationApplication.state)
    )
    counts = {row.state: row.number for row in rows}
    return {tab: sum(counts.get(state, 0) for state in states) for tab, states in TABS.items()}


def _page(session: Session, page: PageRequest, wanted: ColumnElement[bool]) -> Page[ApplicationRow]:
    total = session.scalar(select(func.count()).select_from(CertificationApplication).where(wanted))
    rows = session.execute(
        _ROWS.where(wanted)
        .order_by(CertificationApplication.id.desc())
        .offset(page.offset)
        .limit(page.per_page)
    ).all()
    names = _names(session, [row.id for row in rows])
    found = [ApplicationRow(**row._asdict(), products=tuple(names.get(row.id, ()))) for row in rows]
    return Page(found, page.page, page.per_page, total or 0)


def _names(session: Session, application_ids: Sequence[int]) -> dict[int, list[str]]:
    names: dict[int, list[str]] = {}
    rows = session.execute(
        select(ApplicationProduct.application_id, ApplicationProduct.product_name)
        .where(ApplicationProduct.application_id.in_(application_ids))
        .order_by(ApplicationProduct.product_id)
    )
    for application_id, name in rows:
        names.setdefault(application_id, []).append(name)
    return names


def get_application(session: Session, identity: Identity, application_id: int) -> ApplicationView:
    """An application as its producer or the centre sees it. Raises NotFound for anyone else."""
    wanted = CertificationApplication.id == min(application_id, MAX_ID)
    found = session.execute(_ROWS.add_columns(CertificationApplication.statement).where(wanted))
    row = found.one_or_none()
    if row is None:
        raise NotFound
    facts = row._asdict()
    statement = facts.pop("statement")
    products = _products(session, row.id)
    application = ApplicationRow(**facts, products=tuple(one.name for one in products))
    own = identity.has_role(OrganisationKind.PRODUCER, application.producer_id)
    if not (own or identity.is_in_centre()):
        raise NotFound
    requirements = _requirements(session, row.id)
    turn, idle = _turn(session, identity, application, own=own)
    open_codes = {one.code for one in requirements if one.state == "OPEN"}
    due = due_on(turn, open_codes) if turn else ()
    return ApplicationView(
        application,
        statement,
        products,
        requirements,
        papers=_papers(session, row.id) if sees_papers(identity, row.producer_id) else (),
        steps=_steps(session, row.id),
        turn=turn,
        due=due,
        idle=idle,
        may_take_back=own and application.state in TAKEN_BACK_FROM,
    )


def _turn(
    session: Session, identity: Identity, row: ApplicationRow, *, own: bool
) -> tuple[str | None, str]:
    """The rung that this person may take now, or else why there is none."""
    if row.state == State.RETURNED:
        return (Rung.APPLICANT, "") if own else (None, Idle.RETURNED)
    rung = NEXT_RUNG.get(State(row.state))
    if rung is None:
        return None, Idle.OVER
    if not acts_on(identity, rung):
        return None, Idle.OTHERS if identity.is_in_centre() else Idle.CENTRE
    if has_stood_elsewhere(rungs_of(session, row.id, identity.person_id), rung):
        return None, Idle.STOOD
    return rung, ""


def _products(session: Session, application_id: int) -> tuple[ProductRow, ...]:
    rows = session.execute(
        select(
            ApplicationProduct.product_id,
            ApplicationProduct.product_name,
            ApplicationProduct.renews,
            ApplicationProduct.certificate_number,
        )
        .where(ApplicationProduct.application_id == application_id)
        .order_by(ApplicationProduct.product_id)
    )
    return tuple(ProductRow(*row) for row in rows)


def _requirements(session: Session, application_id: int) -> tuple[RequirementRow, ...]:
    rows = session.execute(
        select(
            ApplicationRequirement.code,
            ApplicationRequirement.state,
            PERSON_NAMES.c.name,
            ApplicationRequirement.words,
            ApplicationRequirement.at,
        )
        .outerjoin(PERSON_NAMES, PERSON_NAMES.c.id == ApplicationRequirement.person_id)
        .where(ApplicationRequirement.application_id == application_id)
    )
    known = {
        code: RequirementRow(code, BY_CODE[code].proof, state, who, words, at)
        for code, state, who, words, at in rows
    }
    return tuple(known[one.code] for one in REQUIREMENTS if one.code in known)


def _papers(session: Session, application_id: int) -> tuple[int, ...]:
    mine = ApplicationPaper.application_id == application_id
    wanted = select(ApplicationPaper.upload_id).where(mine).order_by(ApplicationPaper.upload_id)
    return tuple(session.scalars(wanted))


def get_paper(
    session: Session, identity: Identity, application_id: int, upload_id: int
) -> KeptFile:
    """A paper of an application, for whoever may see it. Raises NotFound."""
    if upload_id not in get_application(session, identity, application_id).papers:
        raise NotFound
    return get_upload(session, upload_id)


def _steps(session: Session, application_id: int) -> tuple[StepRow, ...]:
    rows = session.execute(
        select(
            ApplicationStep.at,
            PERSON_NAMES.c.name,
            ApplicationStep.rung,
            ApplicationStep.kind,
            ApplicationStep.words,
        )
        .outerjoin(PERSON_NAMES, PERSON_NAMES.c.id == ApplicationStep.actor_id)
        .where(ApplicationStep.application_id == application_id)
        .order_by(ApplicationStep.id)
    )
    return tuple(StepRow(*row) for row in rows)
