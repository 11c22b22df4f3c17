"""Units change: they are renamed, moved, merged and split, each on a day and for a reason.

Entries stay where they are. Who ended keeps its history; who took over begins its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.commands import Grant, grant
from marketplace.accounts.queries import list_members
from marketplace.core.clock import day_of
from marketplace.core.errors import invalid
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.units import queries
from marketplace.units.commands.placing import (
    Change,
    Decision,
    Facts,
    end,
    leave_a_trail,
    open_units,
    place,
)
from marketplace.units.commands.units import (
    HeadcountChange,
    NewUnit,
    create_unit,
    lock_unit,
    revise_headcount,
)
from marketplace.units.models import BudgetUnit
from marketplace.units.rules import (
    MOST_NAME,
    NO_NAME,
    NOT_BELOW,
    NOT_ITSELF,
    OWN_SUBORDINATE,
    TWO_PARTS,
    TWO_UNITS,
    HasSubordinates,
    HeadcountDayTaken,
    UnitNameTaken,
)


@dataclass(frozen=True)
class Merger:
    """Units that become one: an existing one (it may be one of them), or a new one of a name."""

    unit_ids: tuple[int, ...]
    headcount: int
    into_id: int | None = None
    name: str = ""


@dataclass(frozen=True)
class UnitPart:
    """One of the units that another is split into."""

    name: str
    headcount: int


def rename_unit(
    session: Session, identity: Identity, unit_id: int, name: str, change: Change, *, now: datetime
) -> BudgetUnit:
    """Gives a unit another name from a day on; papers and tables of before keep the old one."""
    unit = open_units(session, identity, [unit_id], change, now)[0]
    name = name.strip()
    if not 0 < len(name) <= MOST_NAME:
        raise invalid("name", NO_NAME)
    if name == unit.name:
        return unit
    if queries.find_unit(session, name) is not None:
        raise UnitNameTaken(name=name)
    before: Facts = {"name": unit.name}
    place(session, unit, (name, unit.parent_id), change)
    told = Decision(identity, change, now)
    leave_a_trail(session, unit, "unit.renamed", (before, {"name": name}), told)
    return unit


def move_unit(
    session: Session,
    identity: Identity,
    unit_id: int,
    parent_id: int | None,
    change: Change,
    *,
    now: datetime,
) -> BudgetUnit:
    """Puts a unit, with all below it, under another supervising unit, or under none."""
    unit = open_units(session, identity, [unit_id], change, now)[0]
    if parent_id == unit.parent_id:
        return unit
    if parent_id is not None:
        if parent_id in queries.subtree(session, unit_id):
            raise invalid("parent_name", NOT_ITSELF)
        lock_unit(session, parent_id)
        queries.require_living(session, parent_id)
        if queries.get_unit(session, parent_id).level >= unit.level:
            raise invalid("parent_name", NOT_BELOW)
    before: Facts = {"parent_id": unit.parent_id}
    place(session, unit, (unit.name, parent_id), change)
    told = Decision(identity, change, now)
    leave_a_trail(session, unit, "unit.moved", (before, {"parent_id": parent_id}), told)
    return unit


def merge_units(
    session: Session, identity: Identity, merger: Merger, change: Change, *, now: datetime
) -> BudgetUnit:
    """Makes one unit out of several. It gets their people's roles and their subordinates; its
    headcount holds from that day on, theirs is nothing from then: no head is counted twice."""
    ids = set(merger.unit_ids)
    if len(ids | ({merger.into_id} - {None})) < 2:
        raise invalid("other_name", TWO_UNITS)
    ending = open_units(session, identity, sorted(ids - {merger.into_id}), change, now)
    told = Decision(identity, change, now)
    if merger.into_id is None:
        successor = _found_successor(session, ending, merger, told)
    else:
        successor = _grow(session, merger.into_id, merger.headcount, told)
    if successor.parent_id in {unit.id for unit in ending}:
        raise invalid("other_name", OWN_SUBORDINATE)
    for unit in ending:
        _hand_over_subordinates(session, unit, successor, change)
        end(session, unit, "MERGED", [successor], told)
        _hand_over_roles(session, identity, unit, successor, now)
    return successor


def _found_successor(
    session: Session, ending: Sequence[BudgetUnit], merger: Merger, told: Decision
) -> BudgetUnit:
    change = told.change
    first = min(ending, key=lambda unit: (unit.level, unit.id))
    new = NewUnit(
        name=merger.name,
        level=first.level,
        division_code=first.division_code,
        headcount=merger.headcount,
        effective_on=change.on_day,
        parent_id=first.parent_id,
        canteen_status=first.canteen_status,
        address=first.address,
        reason=change.reason,
        founded_on=change.on_day,
    )
    return create_unit(session, new, told.now, actor_id=told.identity.person_id)


def _grow(session: Session, unit_id: int, headcount: int, told: Decision) -> BudgetUnit:
    """The unit that takes over, held before it is asked whether it lives: it may just be ending
    itself. Raises HeadcountDayTaken where another headcount was approved for a day since."""
    unit = lock_unit(session, unit_id)
    queries.require_living(session, unit_id)
    since, today = told.change.on_day, day_of(told.now)
    for revision in queries.list_headcounts(session, unit_id):
        if since < revision.effective_on <= today:
            raise HeadcountDayTaken(day=revision.effective_on, headcount=revision.headcount)
    more = HeadcountChange(headcount, since, told.change.reason)
    revise_headcount(session, told.identity, unit_id, more, now=told.now)
    return unit


def split_unit(
    session: Session,
    identity: Identity,
    unit_id: int,
    parts: Sequence[UnitPart],
    change: Change,
    *,
    now: datetime,
) -> list[BudgetUnit]:
    """Makes several units out of one, each with its headcount from that day on."""
    unit = open_units(session, identity, [unit_id], change, now)[0]
    if len({part.name.strip() for part in parts}) < max(2, len(parts)):
        raise invalid("part_1_name", TWO_PARTS)
    if queries.subordinates(session, unit_id):
        raise HasSubordinates(name=unit.name)
    made = [
        create_unit(
            session,
            NewUnit(
                name=part.name,
                level=unit.level,
                division_code=unit.division_code,
                headcount=part.headcount,
                effective_on=change.on_day,
                parent_id=unit.parent_id,
                canteen_status=unit.canteen_status,
                address=unit.address,
                reason=change.reason,
                founded_on=change.on_day,
            ),
            now,
            actor_id=identity.person_id,
        )
        for part in parts
    ]
    end(session, unit, "SPLIT", made, Decision(identity, change, now))
    return made


def _hand_over_subordinates(
    session: Session, unit: BudgetUnit, successor: BudgetUnit, change: Change
) -> None:
    for row in queries.subordinates(session, unit.id):
        if row.level <= successor.level:
            raise invalid("other_name", NOT_BELOW)
        below = lock_unit(session, row.id)
        place(session, below, (below.name, successor.id), change)


def _hand_over_roles(
    session: Session, identity: Identity, unit: BudgetUnit, successor: BudgetUnit, now: datetime
) -> None:
    """Whoever worked for the unit works for its successor, and still sees the old papers."""
    for person, role in list_members(session, OrganisationKind.UNIT, unit.id):
        held = Grant(person.id, OrganisationKind.UNIT, successor.id, role)
        grant(session, held, now, actor_id=identity.person_id)
