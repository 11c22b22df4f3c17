"""Reminding units that have not filed: a week before it is due, and when it is late."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import member_ids
from marketplace.core.clock import day_of
from marketplace.core.identity import OrganisationKind, Role
from marketplace.core.paging import PageRequest
from marketplace.filings.models import FilingYear
from marketplace.filings.queries import MissingUnit, list_missing
from marketplace.filings.rules import reminder_of
from marketplace.notices.commands import tell_people
from marketplace.notices.rules import Matter, Tiding, tidings_of

AT_ONCE = 100
# How long after its last day a year is still asked for.
ASKED_FOR = timedelta(days=60)


def remind_to_file(session: Session, now: datetime) -> int:
    """Tells the finance of every unit that is behind, once at each stage; how many it told."""
    today = day_of(now)
    told = 0
    years = session.scalars(select(FilingYear).where(FilingYear.due_on > today - ASKED_FOR))
    for due in list(years):
        stage = reminder_of(due.due_on, today)
        if stage is None:
            continue
        number = 1
        page = list_missing(session, due.year, today, PageRequest(number, AT_ONCE))
        while page.items:
            tidings = [
                tiding for unit in page.items for tiding in _tidings(session, unit, due, stage)
            ]
            told += tell_people(session, tidings, now)
            number += 1
            page = list_missing(session, due.year, today, PageRequest(number, AT_ONCE))
    return told


def _tidings(session: Session, unit: MissingUnit, due: FilingYear, stage: str) -> list[Tiding]:
    matter = Matter(
        "unit",
        unit.unit_id,
        {"year": due.year, "due_on": due.due_on.isoformat()},
        f"/unit/{unit.unit_id}/filing?year={due.year}",
        key=f"filing:{due.year}:{due.due_on}:{stage}:{unit.unit_id}",
    )
    people = member_ids(session, OrganisationKind.UNIT, unit.unit_id, Role.FINANCE)
    return tidings_of(f"filing_{stage}", matter, people)
