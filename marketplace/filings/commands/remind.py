"""Reminding units that have not filed: a week before it is due, and when it is late."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import list_members
from marketplace.core.clock import day_of
from marketplace.core.identity import OrganisationKind, Role
from marketplace.core.paging import PageRequest
from marketplace.filings.models import FilingYear
from marketplace.filings.queries import MissingUnit, list_missing
from marketplace.filings.rules import reminder_of
from marketplace.outbox.commands import put_letter
from marketplace.outbox.rules import Letter

AT_ONCE = 100
# How long after its last day a year is still asked for.
ASKED_FOR = timedelta(days=60)
WORDS = {
    "soon": "{year} 年预留份额填报 {day} 截止,请尽快提交 · Your yearly filing is due soon",
    "late": "{year} 年预留份额填报已过截止日期 {day} · Your yearly filing is late",
}


def remind_to_file(session: Session, now: datetime) -> int:
    """Writes to the finance of every unit that is behind, once at each stage."""
    today = day_of(now)
    written = 0
    years = session.scalars(select(FilingYear).where(FilingYear.due_on > today - ASKED_FOR))
    for due in list(years):
        stage = reminder_of(due.due_on, today)
        if stage is None:
            continue
        number = 1
        page = list_missing(session, due.year, today, PageRequest(number, AT_ONCE))
        while page.items:
            written += sum(_write(session, unit, due, stage, now) for unit in page.items)
            number += 1
            page = list_missing(session, due.year, today, PageRequest(number, AT_ONCE))
    return written


def _write(session: Session, unit: MissingUnit, due: FilingYear, stage: str, now: datetime) -> int:
    subject = WORDS[stage].format(year=due.year, day=due.due_on.isoformat())
    members = list_members(session, OrganisationKind.UNIT, unit.unit_id, Role.FINANCE)
    letters = [
        Letter(
            effect_key=f"filing:{due.year}:{due.due_on}:{stage}:{unit.unit_id}:{person.id}",
            recipient=person.login,
            subject=subject,
            body=f"{subject}\n\n{unit.name}\n\n帮扶集 Bangfu Market",
        )
        for person, _role in members
    ]
    return sum(put_letter(session, letter, now) for letter in letters)
