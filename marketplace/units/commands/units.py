"""Verbs of units: found one, approve its headcount, set how it approves."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.core.closed import seal_words
from marketplace.core.errors import FieldError, Forbidden, InvalidInput, invalid
from marketplace.core.identity import Identity
from marketplace.core.resealing import Sealed
from marketplace.geography.rules import check_area, check_code, county_of
from marketplace.units import queries
from marketplace.units.models import BudgetUnit, HeadcountRevision, OperationsCentre, UnitPlacement
from marketplace.units.rules import (
    EVER,
    MOST_REASON,
    NO_REASON,
    NOT_BELOW,
    HeadcountDayTaken,
    UnitNameTaken,
    can_approve_headcount,
    can_set_credit_limit,
    can_set_four_eyes,
    wrong_headcount,
    wrong_unit,
)


@dataclass(frozen=True)
class NewUnit:
    """A budget unit as it is founded, with its first headcount."""

    name: str
    level: int
    division_code: str
    headcount: int
    effective_on: date
    parent_id: int | None = None
    canteen_status: str = "NONE"
    address: str = ""
    reason: str = "建立单位档案"
    # Known of units that succeed others.
    founded_on: date = EVER


@dataclass(frozen=True)
class HeadcountChange:
    """A new number of employees, from when on, and why."""

    headcount: int
    effective_on: date
    reason: str


@dataclass(frozen=True)
class CreditLimit:
    """How much may be owed at once (None: any amount), and why it is changed."""

    limit_fen: int | None
    reason: str


@dataclass(frozen=True)
class FourEyes:
    """Whether a second person approves, and why it is changed."""

    on: bool
    reason: str


SEALED = Sealed(OperationsCentre.id, (OperationsCentre.bank_account_number_sealed,))


@dataclass(frozen=True)
class NewCentre:
    """The office that runs the marketplace in a county, and the account buyers pay into."""

    name: str
    county_code: str
    bank_account_name: str
    bank_account_number: str
    bank_name: str


def create_unit(
    session: Session, new: NewUnit, now: datetime, *, actor_id: int | None = None
) -> BudgetUnit:
    """A unit with its first approved headcount. Raises InvalidInput, UnitNameTaken, NotFound."""
    _check_new(session, new)
    unit = BudgetUnit(
        name=new.name.strip(),
        level=new.level,
        parent_id=new.parent_id,
        division_code=check_code(new.division_code, "division_code"),
        canteen_status=new.canteen_status,
        address=new.address.strip(),
    )
    session.add(unit)
    session.flush()
    placement = UnitPlacement(unit_id=unit.id, parent_id=unit.parent_id, name=unit.name)
    placement.from_on = new.founded_on
    session.add(placement)
    facts = {"name": unit.name, "parent_id": unit.parent_id, "headcount": new.headcount}
    record(
        session,
        now,
        actor_id=actor_id,
        action="unit.created",
        object_kind="unit",
        object_id=unit.id,
        before=None,
        after=facts,
    )
    first = HeadcountChange(new.headcount, new.effective_on, new.reason)
    _add_headcount(session, unit.id, first, now)
    return unit


def _check_new(session: Session, new: NewUnit) -> None:
    errors = wrong_unit(new.name, new.level, new.canteen_status)
    errors += wrong_headcount(new.headcount, new.reason)
    if new.parent_id is not None and queries.get_unit(session, new.parent_id).level >= new.level:
        errors.append(FieldError("level", NOT_BELOW))
    if errors:
        raise InvalidInput(*errors)
    if queries.find_unit(session, new.name.strip()) is not None:
        raise UnitNameTaken(name=new.name.strip())


def revise_headcount(
    session: Session, identity: Identity, unit_id: int, change: HeadcountChange, *, now: datetime
) -> HeadcountRevision:
    """Approves a headcount from a day on; earlier days keep theirs, and so do their targets.

    The same revision again changes nothing. Raises NotFound, Forbidden (a unit does not
    approve its own), InvalidInput, HeadcountDayTaken.
    """
    queries.get_visible_unit(session, identity, unit_id)
    if not can_approve_headcount(identity, queries.list_ancestors(session, unit_id)):
        raise Forbidden
    errors = wrong_headcount(change.headcount, change.reason)
    if errors:
        raise InvalidInput(*errors)
    known = _find_revision(session, unit_id, change.effective_on)
    if known is not None and known.headcount == change.headcount:
        return known
    if known is not None:
        raise HeadcountDayTaken(day=change.effective_on, headcount=known.headcount)
    before = {"headcount": queries.headcount_on(session, unit_id, change.effective_on)}
    revision = _add_headcount(session, unit_id, change, now)
    after = {
        "headcount": change.headcount,
        "effective_on": change.effective_on.isoformat(),
        "reason": revision.reason,
    }
    record(
        session,
        now,
        actor_id=identity.person_id,
        action="headcount.revised",
        object_kind="unit",
        object_id=unit_id,
        before=before,
        after=after,
    )
    return revision


def _find_revision(session: Session, unit_id: int, day: date) -> HeadcountRevision | None:
    wanted = select(HeadcountRevision).where(
        HeadcountRevision.unit_id == unit_id, HeadcountRevision.effective_on == day
    )
    return session.scalars(wanted).one_or_none()


def _add_headcount(
    session: Session, unit_id: int, change: HeadcountChange, now: datetime
) -> HeadcountRevision:
    revision = HeadcountRevision(
        unit_id=unit_id,
        effective_on=change.effective_on,
        headcount=change.headcount,
        reason=change.reason.strip(),
        approved_at=now,
    )
    session.add(revision)
    session.flush()
    return revision


def set_four_eyes(
    session: Session, identity: Identity, unit_id: int, switch: FourEyes, *, now: datetime
) -> BudgetUnit:
    """Whether purchases need a second person's approval. Written into the trail with the reason.

    Raises NotFound, Forbidden, InvalidInput.
    """
    unit = queries.get_visible_unit(session, identity, unit_id)
    if not can_set_four_eyes(identity, unit_id):
        raise Forbidden
    if not 0 < len(switch.reason.strip()) <= MOST_REASON:
        raise invalid("reason", NO_REASON)
    if unit.four_eyes == switch.on:
        return unit
    before = {"four_eyes": unit.four_eyes}
    unit.four_eyes = switch.on
    session.flush()
    record(
        session,
        now,
        actor_id=identity.person_id,
        action="unit.four_eyes",
        object_kind="unit",
        object_id=unit_id,
        before=before,
        after={"four_eyes": switch.on, "reason": switch.reason.strip()},
    )
    return unit


def set_canteen_status(session: Session, unit_id: int, canteen_status: str) -> None:
    """How a unit eats, as its approved filing says."""
    lock_unit(session, unit_id).canteen_status = canteen_status
    session.flush()


def lock_unit(session: Session, unit_id: int) -> BudgetUnit:
    """The unit, held until this transaction ends: what is owed by it is added up meanwhile. Rows
    that name the unit may be entered all the same: two who did and then hold it would wait for
    each other."""
    return session.scalars(
        select(BudgetUnit)
        .where(BudgetUnit.id == unit_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def set_credit_limit(
    session: Session, identity: Identity, unit_id: int, limit: CreditLimit, *, now: datetime
) -> BudgetUnit:
    """How much a unit may owe at once for goods that come before the money; None: any amount.

    What it owes already stays owed. Raises NotFound, Forbidden, InvalidInput.
    """
    queries.get_visible_unit(session, identity, unit_id)
    if not can_set_credit_limit(identity):
        raise Forbidden
    if not 0 < len(limit.reason.strip()) <= MOST_REASON:
        raise invalid("reason", NO_REASON)
    unit = lock_unit(session, unit_id)
    before = {"credit_limit_fen": unit.credit_limit_fen}
    unit.credit_limit_fen = limit.limit_fen
    session.flush()
    record(
        session,
        now,
        actor_id=identity.person_id,
        action="unit.credit_limit",
        object_kind="unit",
        object_id=unit_id,
        before=before,
        after={"credit_limit_fen": limit.limit_fen, "reason": limit.reason.strip()},
    )
    return unit


def create_centre(session: Session, new: NewCentre) -> OperationsCentre:
    """The operations centre of a county or a wider area; one that is there is brought up to date.

    Raises InvalidInput.
    """
    county_code = check_area(county_of(new.county_code))
    centre = queries.find_centre(session, county_code)
    if centre is None:
        centre = OperationsCentre(county_code=county_code)
        session.add(centre)
    centre.name = new.name
    centre.bank_account_name = new.bank_account_name
    centre.bank_account_number_sealed = seal_words(session, new.bank_account_number)
    centre.bank_name = new.bank_name
    session.flush()
    return centre
