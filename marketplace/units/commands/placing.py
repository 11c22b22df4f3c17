"""A unit's place in the tree, from a day on: held, changed, ended, and written into the trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.core.clock import day_of
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.core.identity import Identity
from marketplace.units import queries
from marketplace.units.commands.units import HeadcountChange, lock_unit, revise_headcount
from marketplace.units.models import BudgetUnit, UnitPlacement, UnitSuccession
from marketplace.units.rules import ChangedSince, can_change_units, wrong_change

Facts = dict[str, object]


@dataclass(frozen=True)
class Change:
    """From which day on, and why."""

    on_day: date
    reason: str


@dataclass(frozen=True)
class Decision:
    """A change, and who tells of it when."""

    identity: Identity
    change: Change
    now: datetime


def wait_for_changes(session: Session) -> None:
    """Held until this transaction ends: one who changes the tree follows the other. A merger holds
    the supervisor and then those below it, a split or a move the other way round; and what is
    below a unit that ends must not change while it is handed over. SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE unit_placement IN SHARE ROW EXCLUSIVE MODE"))


def open_units(
    session: Session, identity: Identity, unit_ids: Sequence[int], change: Change, now: datetime
) -> list[BudgetUnit]:
    """The units, held, once nothing is wrong with the change itself."""
    for unit_id in unit_ids:
        queries.get_visible_unit(session, identity, unit_id)
    if not can_change_units(identity):
        raise Forbidden
    errors = wrong_change(change.on_day, change.reason, day_of(now))
    if errors:
        raise InvalidInput(*errors)
    if not unit_ids:
        raise NotFound
    wait_for_changes(session)
    units = [lock_unit(session, unit_id) for unit_id in unit_ids]
    for unit in units:
        queries.require_living(session, unit.id)
        _present(session, unit, change)
    return units


def _present(session: Session, unit: BudgetUnit, change: Change) -> UnitPlacement:
    """How the unit stands today. Raises ChangedSince where it came to stand so too late."""
    present = session.scalars(
        select(UnitPlacement).where(
            UnitPlacement.unit_id == unit.id, UnitPlacement.until_on.is_(None)
        )
    ).one()
    if present.from_on >= change.on_day:
        raise ChangedSince(name=unit.name, day=present.from_on)
    return present


def place(
    session: Session, unit: BudgetUnit, where: tuple[str, int | None], change: Change
) -> None:
    """From the day on the unit stands under another name or supervisor."""
    _present(session, unit, change).until_on = change.on_day
    unit.name, unit.parent_id = where
    session.add(
        UnitPlacement(
            unit_id=unit.id,
            name=unit.name,
            parent_id=unit.parent_id,
            from_on=change.on_day,
            reason=change.reason.strip(),
        )
    )
    session.flush()


def end(
    session: Session,
    unit: BudgetUnit,
    kind: str,
    successors: Sequence[BudgetUnit],
    told: Decision,
) -> None:
    """The unit's last day was the one before; nobody works there from then on."""
    change = told.change
    _present(session, unit, change).until_on = change.on_day
    nobody = HeadcountChange(0, change.on_day, change.reason)
    revise_headcount(session, told.identity, unit.id, nobody, now=told.now)
    unit.ended_on = change.on_day
    session.add_all(
        UnitSuccession(
            predecessor_id=unit.id,
            successor_id=successor.id,
            kind=kind,
            on_day=change.on_day,
            reason=change.reason.strip(),
            recorded_by=told.identity.person_id,
            recorded_at=told.now,
        )
        for successor in successors
    )
    after: Facts = {"into": [one.id for one in successors]}
    leave_a_trail(session, unit, f"unit.{kind.lower()}", ({}, after), told)


def leave_a_trail(
    session: Session, unit: BudgetUnit, action: str, facts: tuple[Facts, Facts], told: Decision
) -> None:
    session.flush()
    before, after = facts
    on, reason = told.change.on_day.isoformat(), told.change.reason.strip()
    record(
        session,
        told.now,
        actor_id=told.identity.person_id,
        action=action,
        object_kind="unit",
        object_id=unit.id,
        before=before,
        after={**after, "on": on, "reason": reason},
    )
