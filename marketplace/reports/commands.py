"""What a supervising unit does with a table of standings: it reminds those that are behind."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.queries import list_members
from marketplace.audit.commands import record
from marketplace.core.clock import day_of
from marketplace.core.errors import Forbidden
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.core.money import format_yuan
from marketplace.outbox.commands import put_letter
from marketplace.outbox.rules import Letter
from marketplace.reports.queries.standings import Standing, StandingsWish, list_standings
from marketplace.reports.rules import EVERY_UNIT
from marketplace.units.queries import get_visible_unit, list_ancestors
from marketplace.units.rules import can_approve_headcount

WORDS = "{name}:{year} 年采购任务还差 {gap} 元 · Your yearly purchases are behind"


def remind_units(session: Session, identity: Identity, unit_id: int, now: datetime) -> int:
    """Writes to the buyers of every unit below that has not met its year, once a day each.

    Returns how many letters were asked for.
    """
    unit = get_visible_unit(session, identity, unit_id)
    if not can_approve_headcount(identity, [unit_id, *list_ancestors(session, unit_id)]):
        raise Forbidden
    today = day_of(now)
    wish = StandingsWish(today.year, unit.division_code, below=unit_id)
    behind = [
        one for one in list_standings(session, wish, EVERY_UNIT, today).items if one.gap_fen > 0
    ]
    written = sum(_write(session, one, today.year, now) for one in behind)
    record(
        session,
        now,
        actor_id=identity.person_id,
        action="units.reminded",
        object_kind="unit",
        object_id=unit_id,
        before=None,
        after={"units": len(behind), "letters": written},
    )
    return written


def _write(session: Session, unit: Standing, year: int, now: datetime) -> int:
    subject = WORDS.format(name=unit.name, year=year, gap=format_yuan(unit.gap_fen))
    members = list_members(session, OrganisationKind.UNIT, unit.unit_id, Role.BUYER, Role.FINANCE)
    letters = {
        person.id: Letter(
            effect_key=f"behind:{day_of(now)}:{unit.unit_id}:{person.id}",
            recipient=person.login,
            subject=subject,
            body=f"{subject}\n\n帮扶集 Bangfu Market",
        )
        for person, _role in members
    }
    return sum(put_letter(session, letter, now) for letter in letters.values())
