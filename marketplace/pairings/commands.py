"""Units are paired with villages by the operations centre, one by one or by table."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.core.clock import day_of
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.geography.queries import current_village
from marketplace.pairings.models import Pairing
from marketplace.pairings.queries import in_force
from marketplace.pairings.rules import EndsTooEarly, GivenPairing, PairedAlready, require_writer
from marketplace.units.commands import lock_unit
from marketplace.units.queries import get_unit, require_living


def pair(session: Session, identity: Identity, given: GivenPairing, now: datetime) -> Pairing:
    """A unit stands by a village from a day on. Raises PairedAlready where it does already.

    An abolished village is that which took over from it.
    """
    require_writer(identity)
    get_unit(session, given.unit_id)
    lock_unit(session, given.unit_id)
    require_living(session, given.unit_id)
    village = current_village(session, given.village_code)
    if _standing(session, given.unit_id, village.code, given.from_on):
        raise PairedAlready
    return _add(session, identity, given, village.code, now)


def pair_by_table(
    session: Session, identity: Identity, rows: Sequence[GivenPairing], now: datetime
) -> int:
    """Everything a table says that does not stand already; how many pairings are new. The same
    table again changes nothing."""
    require_writer(identity)
    new = 0
    for given in sorted(rows, key=lambda one: (one.unit_id, one.village_code)):
        lock_unit(session, given.unit_id)
        code = current_village(session, given.village_code).code
        if not _standing(session, given.unit_id, code, given.from_on):
            _add(session, identity, given, code, now)
            new += 1
    return new


def _standing(session: Session, unit_id: int, code: str, day: date) -> bool:
    here = select(Pairing.id).where(Pairing.unit_id == unit_id, Pairing.village_code == code)
    later = Pairing.from_on >= day
    return session.scalar(here.where(in_force(day) | later).limit(1)) is not None


def _add(
    session: Session, identity: Identity, given: GivenPairing, code: str, now: datetime
) -> Pairing:
    made = Pairing(
        unit_id=given.unit_id,
        village_code=code,
        from_on=given.from_on,
        basis=given.basis,
        made_by=identity.person_id,
        made_at=now,
    )
    session.add(made)
    session.flush()
    _leave_a_trail(session, identity, made, "pairing.made", now)
    return made


def end_pairing(
    session: Session,
    identity: Identity,
    pairing_id: int,
    end: tuple[date, str],
    now: datetime,
) -> Pairing:
    """A pairing's last day, with the reason. A second time changes nothing."""
    require_writer(identity)
    found = session.get(Pairing, pairing_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound
    if found.until_on is not None and found.until_on <= day_of(now):
        return found
    last_on, reason = end
    if last_on < found.from_on:
        raise EndsTooEarly(day=found.from_on.isoformat())
    found.until_on, found.ended_by, found.reason = last_on, identity.person_id, reason
    session.flush()
    _leave_a_trail(session, identity, found, "pairing.ended", now)
    return found


def _leave_a_trail(
    session: Session, identity: Identity, pairing: Pairing, action: str, now: datetime
) -> None:
    record(
        session,
        now,
        actor_id=identity.person_id,
        action=action,
        object_kind="unit",
        object_id=pairing.unit_id,
        before=None,
        after={
            "village_code": pairing.village_code,
            "from_on": pairing.from_on.isoformat(),
            "until_on": pairing.until_on.isoformat() if pairing.until_on else None,
            "reason": pairing.reason,
        },
    )
