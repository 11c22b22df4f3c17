"""Every six months: a producer says what its papers say, and somebody of the county compares."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.core.clock import day_of
from marketplace.core.db import insert_into
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.entering.commands.apply import SCANS
from marketplace.entering.models import Reverification, ReverificationPaper
from marketplace.entering.rules.states import (
    OwnEntryStep,
    VerificationElsewhere,
    VerificationWaits,
    require_words,
)
from marketplace.notices.commands import Matter, tell_readers
from marketplace.producers.commands import renew_papers
from marketplace.producers.queries import names_of
from marketplace.producers.rules import Papers, require_no_stake, wrong_papers
from marketplace.uploads.commands import keep
from marketplace.uploads.rules import GivenFile


def confirm_papers(
    session: Session,
    identity: Identity,
    producer_id: int,
    told: tuple[Papers, tuple[tuple[str, GivenFile], ...]],
    now: datetime,
) -> Reverification:
    """The producer says what its papers say today, with new scans where they changed.

    Raises NotFound, InvalidInput, VerificationWaits.
    """
    papers, scans = told
    if not identity.has_role(OrganisationKind.PRODUCER, producer_id):
        raise NotFound
    errors = wrong_papers(papers, day_of(now))
    if errors:
        raise InvalidInput(*errors)
    reverification = _begin(session, identity, producer_id, papers, now)
    for kind, file in scans:
        upload_id = keep(session, identity, file, SCANS, now)
        session.add(
            ReverificationPaper(reverification_id=reverification.id, upload_id=upload_id, kind=kind)
        )
    session.flush()
    _leave_a_trail(session, identity, reverification, "told", now)
    return reverification


def _begin(
    session: Session, identity: Identity, producer_id: int, papers: Papers, now: datetime
) -> Reverification:
    """One statement, so that two clicks begin one; the second is told that it waits."""
    answered = select(func.count()).select_from(Reverification)
    mine = (Reverification.producer_id == producer_id, Reverification.state != "SUBMITTED")
    turn = (session.scalar(answered.where(*mine)) or 0) + 1
    statement = insert_into(session, Reverification).values(
        producer_id=producer_id,
        turn=turn,
        state="SUBMITTED",
        food_kind=papers.food_kind,
        food_number=papers.food_number,
        food_valid_until=papers.food_valid_until,
        licence_valid_until=papers.licence_valid_until,
        told_by=identity.person_id,
        told_at=now,
        words="",
    )
    statement = statement.on_conflict_do_nothing(index_elements=["producer_id", "turn"])
    made = session.scalar(statement.returning(Reverification.id))
    if made is None:
        raise VerificationWaits
    return session.get_one(Reverification, made)


def verify_papers(
    session: Session, identity: Identity, reverification_id: int, now: datetime
) -> Reverification:
    """They were compared and hold for another six months."""
    reverification = _lock(session, identity, reverification_id)
    if reverification.state == "VERIFIED":
        return reverification
    _answer(identity, reverification, "VERIFIED", now)
    papers = Papers(
        reverification.food_kind,
        reverification.food_number,
        reverification.food_valid_until,
        reverification.licence_valid_until,
    )
    renew_papers(session, reverification.producer_id, papers, now, actor_id=identity.person_id)
    _leave_a_trail(session, identity, reverification, "verified", now)
    _tell_clerks(session, reverification, "verify_done", now)
    return reverification


def return_papers(
    session: Session, identity: Identity, reverification_id: int, words: str, now: datetime
) -> Reverification:
    """They do not fit; the producer reads why and tells anew."""
    reverification = _lock(session, identity, reverification_id)
    words = require_words(words)
    _answer(identity, reverification, "RETURNED", now)
    reverification.words = words
    session.flush()
    _leave_a_trail(session, identity, reverification, "returned", now)
    _tell_clerks(session, reverification, "verify_returned", now)
    return reverification


def _lock(session: Session, identity: Identity, reverification_id: int) -> Reverification:
    if not identity.is_in_centre():
        raise NotFound
    found = session.get(
        Reverification, reverification_id, with_for_update=True, populate_existing=True
    )
    if found is None:
        raise NotFound
    if not identity.is_in_centre(Role.OPERATOR, Role.CERTIFIER):
        raise Forbidden
    require_no_stake(identity, found.producer_id)
    return found


def _answer(identity: Identity, reverification: Reverification, state: str, now: datetime) -> None:
    if reverification.state != "SUBMITTED":
        raise VerificationElsewhere
    if identity.person_id == reverification.told_by:
        raise OwnEntryStep
    reverification.state = state
    reverification.answered_by, reverification.answered_at = identity.person_id, now


def _leave_a_trail(
    session: Session, identity: Identity, one: Reverification, what: str, now: datetime
) -> None:
    record(
        session,
        now,
        actor_id=identity.person_id,
        action=f"reverification.{what}",
        object_kind="producer",
        object_id=one.producer_id,
        before=None,
        after={"state": one.state, "food_number": one.food_number, "words": one.words},
    )


def _tell_clerks(session: Session, one: Reverification, kind: str, now: datetime) -> None:
    producer_id = one.producer_id
    params = {"name": names_of(session, [producer_id])[producer_id]}
    address, key = f"/producer/{producer_id}/papers", f"{kind}:{one.id}"
    matter = Matter("producer", producer_id, params, address, key=key)
    tell_readers(session, kind, matter, (OrganisationKind.PRODUCER, producer_id, ()), now)
