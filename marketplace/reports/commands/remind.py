"""What a supervising unit does with a table of standings: it reminds those that are behind."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from marketplace.accounts.queries import member_ids
from marketplace.audit.commands import record
from marketplace.core.clock import day_of
from marketplace.core.errors import Forbidden
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.notices.commands import tell_people
from marketplace.notices.rules import Matter, Tiding, tidings_of
from marketplace.reports.queries.standings import Standing, StandingsWish, list_standings
from marketplace.reports.rules import EVERY_UNIT
from marketplace.units.queries import get_visible_unit, list_ancestors
from marketplace.units.rules import can_approve_headcount


def remind_units(session: Session, identity: Identity, unit_id: int, now: datetime) -> int:
    """Tells the buyers of every unit below that has not met its year, once a day each.

    Returns how many people it told.
    """
    unit = get_visible_unit(session, identity, unit_id)
    if not can_approve_headcount(identity, [unit_id, *list_ancestors(session, unit_id)]):
        raise Forbidden
    today = day_of(now)
    wish = StandingsWish(today.year, unit.division_code, below=unit_id)
    behind = [
        one for one in list_standings(session, wish, EVERY_UNIT, today).items if one.gap_fen > 0
    ]
    tidings = [tiding for one in behind for tiding in _tidings(session, one, today)]
    told = tell_people(session, tidings, now)
    record(
        session,
        now,
        actor_id=identity.person_id,
        action="units.reminded",
        object_kind="unit",
        object_id=unit_id,
        before=None,
        after={"units": len(behind), "letters": told},
    )
    return told


def _tidings(session: Session, unit: Standing, today: date) -> list[Tiding]:
    matter = Matter(
        "unit",
        unit.unit_id,
        {"name": unit.name, "year": today.year, "gap_fen": unit.gap_fen},
        f"/unit/{unit.unit_id}",
        key=f"behind:{today}:{unit.unit_id}",
    )
    people = member_ids(session, OrganisationKind.UNIT, unit.unit_id, Role.BUYER, Role.FINANCE)
    return tidings_of("behind", matter, people)
