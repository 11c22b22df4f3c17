"""Registering contractors; giving mandates and ending them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.contractors.models import Contractor, ContractorMandate
from marketplace.contractors.queries import find_by_uscc
from marketplace.contractors.rules import (
    ENDS_SOON,
    NO_SUCH_CONTRACTOR,
    ContractorKnown,
    GivenMandate,
    MandateDouble,
    NewContractor,
    gives_mandates,
    wrong_mandate,
)
from marketplace.core.clock import day_of
from marketplace.core.db import insert_into
from marketplace.core.errors import Forbidden, InvalidInput, NotFound, invalid
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.notices.commands import Matter, tell_readers
from marketplace.units.commands import lock_unit
from marketplace.units.queries import get_unit, get_visible_unit, require_living


def register_contractor(
    session: Session, identity: Identity, new: NewContractor, now: datetime
) -> Contractor:
    """A company that runs canteens, with its code checked. Told again it is refused."""
    if not identity.is_in_centre(Role.OPERATOR):
        raise Forbidden
    facts: dict[str, object] = {"name": new.name, "uscc": new.uscc}
    made = insert_into(session, Contractor).values(**facts, phone=new.phone, registered_at=now)
    # Whichever of the two is taken, and also by somebody at the same moment.
    contractor_id = session.scalar(made.on_conflict_do_nothing().returning(Contractor.id))
    if contractor_id is None:
        raise ContractorKnown
    _leave_a_trail(
        session, identity, ("contractor.registered", "contractor", contractor_id), facts, now
    )
    return session.get_one(Contractor, contractor_id)


def give_mandate(
    session: Session, identity: Identity, unit_id: int, given: GivenMandate, *, now: datetime
) -> ContractorMandate:
    """The unit says that a contractor buys for its canteen, from a day until another."""
    get_visible_unit(session, identity, unit_id)
    if not gives_mandates(identity, unit_id):
        raise Forbidden
    lock_unit(session, unit_id)
    require_living(session, unit_id)
    contractor = find_by_uscc(session, given.uscc)
    if contractor is None:
        raise invalid("uscc", NO_SUCH_CONTRACTOR)
    errors = wrong_mandate(given, day_of(now))
    if errors:
        raise InvalidInput(*errors)
    _require_single(session, unit_id, contractor.id, given)
    mandate = ContractorMandate(
        contractor_id=contractor.id,
        unit_id=unit_id,
        from_on=given.from_on,
        until_on=given.until_on,
        confirmed_by=identity.person_id,
        confirmed_at=now,
    )
    session.add(mandate)
    session.flush()
    facts = {
        "contractor_id": contractor.id,
        "from_on": given.from_on.isoformat(),
        "until_on": given.until_on.isoformat(),
    }
    _leave_a_trail(session, identity, ("mandate.given", "unit", unit_id), facts, now)
    _tell(session, "mandate_given", mandate, now)
    return mandate


def _require_single(
    session: Session, unit_id: int, contractor_id: int, given: GivenMandate
) -> None:
    """Raises MandateDouble where the contractor has one of the unit for some of these days."""
    row = ContractorMandate
    double = select(row.id).where(
        row.unit_id == unit_id,
        row.contractor_id == contractor_id,
        row.ended_at.is_(None),
        row.from_on <= given.until_on,
        row.until_on >= given.from_on,
    )
    if session.scalar(double.limit(1)) is not None:
        raise MandateDouble


def end_mandate(
    session: Session,
    identity: Identity,
    subject: tuple[int, int],
    reason: str,
    *,
    now: datetime,
) -> ContractorMandate:
    """The unit ends a mandate (unit, mandate) at once. What was approved goes its way."""
    unit_id, mandate_id = subject
    get_visible_unit(session, identity, unit_id)
    if not gives_mandates(identity, unit_id):
        raise Forbidden
    lock_unit(session, unit_id)
    mandate = session.get(ContractorMandate, mandate_id, populate_existing=True)
    if mandate is None or mandate.unit_id != unit_id:
        raise NotFound
    if mandate.ended_at is None:
        mandate.ended_at, mandate.ended_by = now, identity.person_id
        mandate.reason = reason.strip()
        session.flush()
        facts = {"contractor_id": mandate.contractor_id, "reason": mandate.reason}
        _leave_a_trail(session, identity, ("mandate.ended", "unit", unit_id), facts, now)
        _tell(session, "mandate_ended", mandate, now)
    return mandate


def tell_of_ends(session: Session, now: datetime) -> None:
    """Tells contractors of mandates that run out within a month, and that ran out yesterday or
    the days before it, each once."""
    today = day_of(now)
    row = ContractorMandate
    near = row.until_on.between(today - ENDS_SOON, today + ENDS_SOON)
    for mandate in session.scalars(select(row).where(row.ended_at.is_(None), near)):
        kind = "mandate_soon" if mandate.until_on >= today else "mandate_expired"
        _tell(session, kind, mandate, now)


def _tell(session: Session, kind: str, mandate: ContractorMandate, now: datetime) -> None:
    """Tells the people of the contractor what became of a mandate."""
    unit = get_unit(session, mandate.unit_id)
    params = {"name": unit.name, "until_on": mandate.until_on.isoformat()}
    matter = Matter("contractor_mandate", mandate.id, params, "/mandates")
    people = (OrganisationKind.CONTRACTOR, mandate.contractor_id, ())
    tell_readers(session, kind, matter, people, now)


def _leave_a_trail(
    session: Session,
    identity: Identity,
    what: tuple[str, str, int],
    facts: dict[str, object],
    now: datetime,
) -> None:
    action, object_kind, object_id = what
    record(
        session,
        now,
        actor_id=identity.person_id,
        action=action,
        object_kind=object_kind,
        object_id=object_id,
        before=None,
        after=facts,
    )
