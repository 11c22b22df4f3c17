"""The applicant's part: a draft that is kept, and handing it in."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.core.closed import seal_words
from marketplace.core.db import insert_into
from marketplace.core.errors import FieldError, InvalidInput, NotFound
from marketplace.core.identity import Identity, Role
from marketplace.core.numbers import normal_uscc
from marketplace.core.resealing import Sealed
from marketplace.entering.commands.steps import find_locked, kept_kinds, step, tell_officers
from marketplace.entering.models import (
    EntryApplication,
    EntryBenefit,
    EntryPaper,
    EntryRequirement,
)
from marketplace.entering.rules.application import GivenEntry, wrong_entry
from marketplace.entering.rules.requirements import ATTESTED, FIRST, Settled, required_of
from marketplace.entering.rules.states import (
    OVER,
    WITH_THE_APPLICANT,
    EntryElsewhere,
    EntryState,
)
from marketplace.geography.queries import find_village
from marketplace.geography.rules import UNKNOWN_VILLAGE
from marketplace.producers import queries as producers
from marketplace.producers.rules import ProducerNameTaken, UsccTaken
from marketplace.uploads.commands import keep
from marketplace.uploads.rules import PHOTOGRAPHS

SEALED = Sealed(EntryApplication.id, (EntryApplication.bank_number_sealed,))
SCANS = frozenset({"application/pdf", *PHOTOGRAPHS})


def write_entry(
    session: Session, identity: Identity, given: GivenEntry, now: datetime
) -> EntryApplication:
    """Keeps what the applicant has typed so far. Raises EntryElsewhere once it was handed in."""
    application = _of(session, identity, now)
    if application.state not in WITH_THE_APPLICANT:
        raise EntryElsewhere
    _write(application, given, now)
    application.bank_number_sealed = seal_words(session, given.bank_number)
    session.execute(delete(EntryBenefit).where(EntryBenefit.application_id == application.id))
    for position, one in enumerate(given.benefits, 1):
        session.add(
            EntryBenefit(
                application_id=application.id,
                position=position,
                village_code=one.village_code,
                kind=one.kind,
                households=one.households,
            )
        )
    for kind, file in (("LICENCE", given.licence), ("FOOD", given.food_paper)):
        if file is not None:
            upload_id = keep(session, identity, file, SCANS, now)
            paper = EntryPaper(application_id=application.id, upload_id=upload_id, kind=kind)
            session.add(paper)
    session.flush()
    return application


def _of(session: Session, identity: Identity, now: datetime) -> EntryApplication:
    """The person's application that is not over, begun where there is none. One statement, so
    that two clicks begin one."""
    mine = EntryApplication.applicant_id == identity.person_id
    over = select(func.count()).select_from(EntryApplication)
    turn = (session.scalar(over.where(mine, EntryApplication.state.in_(OVER))) or 0) + 1
    values = {"applicant_id": identity.person_id, "turn": turn, "state": EntryState.DRAFT}
    statement = insert_into(session, EntryApplication).values(**values, written_at=now)
    session.execute(
        statement.on_conflict_do_nothing(index_elements=["applicant_id", "turn"]),
    )
    found = session.scalar(select(EntryApplication.id).where(mine, EntryApplication.turn == turn))
    application = find_locked(session, found) if found is not None else None
    if application is None:
        raise NotFound
    return application


def _write(application: EntryApplication, given: GivenEntry, now: datetime) -> None:
    for name in (
        "name",
        "kind",
        "is_trader",
        "uscc",
        "village_code",
        "phone",
        "story",
        "legal_name",
    ):
        setattr(application, name, getattr(given, name))
    application.food_kind = given.papers.food_kind
    application.food_number = given.papers.food_number
    application.food_valid_until = given.papers.food_valid_until
    application.licence_valid_until = given.papers.licence_valid_until
    application.legal_tail = given.legal_tail
    application.bank = given.bank
    application.written_at = now


def submit_entry(
    session: Session, identity: Identity, given: GivenEntry, now: datetime
) -> EntryApplication:
    """Hands it in, whole; all looks begin anew.

    Raises InvalidInput naming every field, UsccTaken, ProducerNameTaken, EntryElsewhere.
    """
    application = write_entry(session, identity, given, now)
    _check(session, application, given, now)
    application.uscc = normal_uscc(given.uscc)
    application.state = EntryState.SUBMITTED
    application.prechecked_by = application.recommended_by = application.decided_by = None
    application.notice_from = application.notice_until = None
    _require(session, application, now)
    done = step(session, identity.person_id, application, ("SUBMITTED", ""), now)
    tell_officers(session, application, done, Role.OPERATOR, now)
    return application


def _check(
    session: Session, application: EntryApplication, given: GivenEntry, now: datetime
) -> None:
    kept = kept_kinds(session, application.id)
    errors = wrong_entry(given, day_of(now), kept, ATTESTED)
    errors += [
        FieldError(field, UNKNOWN_VILLAGE)
        for field, code in (
            ("village_code", given.village_code),
            *((f"benefit_village-{one.row}", one.village_code) for one in given.benefits),
        )
        if not _stands(session, code)
    ]
    if errors:
        raise InvalidInput(*errors)
    uscc = normal_uscc(given.uscc)
    if producers.find_by_uscc(session, uscc) or _is_applied_for(session, application, uscc):
        raise UsccTaken(uscc=uscc)
    if producers.find_by_name(session, given.name) is not None:
        raise ProducerNameTaken(name=given.name)


def _stands(session: Session, code: str) -> bool:
    village = find_village(session, code)
    return village is not None and village.abolished_on is None


def _is_applied_for(session: Session, application: EntryApplication, uscc: str) -> bool:
    """Whether somebody else's application for the same licence is on its way."""
    waiting = (*WITH_THE_APPLICANT, *OVER)
    other = select(EntryApplication.id).where(
        EntryApplication.uscc == uscc,
        EntryApplication.id != application.id,
        EntryApplication.state.not_in(waiting),
    )
    return session.scalar(other.limit(1)) is not None


def _require(session: Session, application: EntryApplication, now: datetime) -> None:
    """The rows of what is required: what the applicant and the system settle, settled."""
    mine = EntryRequirement.application_id == application.id
    session.execute(delete(EntryRequirement).where(mine))
    for one in required_of(sells_food=bool(application.food_kind)):
        state = FIRST[one.by]
        session.add(
            EntryRequirement(
                application_id=application.id,
                code=one.code,
                state=state,
                settled_by=application.applicant_id if state == Settled.ATTESTED else None,
                settled_at=None if state == Settled.OPEN else now,
                words="",
            )
        )
    session.flush()
