"""One application, whole, as its producer or the centre sees it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import PERSON_NAMES
from marketplace.certification.models import (
    ApplicationPaper,
    ApplicationProduct,
    ApplicationRequirement,
    ApplicationStep,
    CertificationApplication,
)
from marketplace.certification.queries.applications import ROWS, ApplicationRow
from marketplace.certification.queries.standing import free_for, names_of_appointers, rungs_of
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
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.producers.queries import MAX_ID, get_producer
from marketplace.uploads.queries import KeptFile, get_upload, list_own


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
    # The files that this person handed in and may still take away.
    removable: frozenset[int]
    # Whether nobody could decide for the county once this person takes the rung before it.
    is_last_for_county: bool
    # Who asks for another officer, where there are too few.
    appointers: tuple[str, ...]

    @property
    def number(self) -> str:
        return self.row.number

    @property
    def reason(self) -> str:
        """Why it was sent back or refused the last time."""
        given = [step.words for step in self.steps if step.kind in ("RETURNED", "REFUSED")]
        return given[-1] if given else ""


def get_application(session: Session, identity: Identity, application_id: int) -> ApplicationView:
    """An application as its producer or the centre sees it. Raises NotFound for anyone else."""
    wanted = CertificationApplication.id == min(application_id, MAX_ID)
    found = session.execute(ROWS.add_columns(CertificationApplication.statement).where(wanted))
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
    is_last = _is_last_for_county(session, identity, application, turn)
    lacks = is_last or idle == Idle.NOBODY
    papers = _papers(session, row.id) if sees_papers(identity, row.producer_id) else ()
    may_take_back = own and application.state in TAKEN_BACK_FROM
    mine = list_own(session, papers, identity.person_id) if may_take_back else frozenset()
    return ApplicationView(
        application,
        statement,
        products,
        requirements,
        papers=papers,
        steps=_steps(session, row.id),
        turn=turn,
        due=due,
        idle=idle,
        may_take_back=may_take_back,
        removable=mine,
        is_last_for_county=is_last,
        appointers=names_of_appointers(session, _township(session, application)) if lacks else (),
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
    if not identity.is_in_centre():
        return None, Idle.CENTRE
    acts = acts_on(identity, rung)
    if (
        acts
        and not own
        and not has_stood_elsewhere(rungs_of(session, row.id, identity.person_id), rung)
    ):
        return rung, ""
    if not _free_for(session, row, rung):
        return None, Idle.NOBODY
    kept_from = Idle.OWN if own else Idle.STOOD
    return None, kept_from if acts else Idle.OTHERS


def _free_for(session: Session, row: ApplicationRow, rung: str) -> set[int]:
    return free_for(session, row.id, _township(session, row), rung)


def _township(session: Session, row: ApplicationRow) -> str:
    return get_producer(session, row.producer_id).township_code


def _is_last_for_county(
    session: Session, identity: Identity, row: ApplicationRow, turn: str | None
) -> bool:
    if turn not in (Rung.TOWNSHIP, Rung.SECTOR) or not acts_on(identity, Rung.COUNTY):
        return False
    return _free_for(session, row, Rung.COUNTY) == {identity.person_id}


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
