"""Reminding producers whose papers are to be looked at again: a month before, and when due."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.accounts.queries import member_ids
from marketplace.core.clock import day_of
from marketplace.core.identity import OrganisationKind
from marketplace.core.paging import PageRequest
from marketplace.notices.commands import tell_people
from marketplace.notices.rules import Matter, Tiding, tidings_of
from marketplace.producers.queries import DueProducer, list_due, term_days

AHEAD = timedelta(days=30)
AT_ONCE = 100


def remind_to_verify(session: Session, now: datetime) -> int:
    """Tells the clerks, once at each stage of each due day; how many it told."""
    today, number, told = day_of(now), 1, 0
    grace = timedelta(days=term_days(session, "grace"))
    page = list_due(session, today + AHEAD, PageRequest(number, AT_ONCE))
    while page.items:
        tidings = [tiding for one in page.items for tiding in _tidings(session, one, today, grace)]
        told += tell_people(session, tidings, now)
        number += 1
        page = list_due(session, today + AHEAD, PageRequest(number, AT_ONCE))
    return told


def _tidings(session: Session, one: DueProducer, today: date, grace: timedelta) -> list[Tiding]:
    kind = "verify_late" if one.verify_by < today else "verify_soon"
    params = {
        "name": one.name,
        "due_on": one.verify_by.isoformat(),
        "last_on": (one.verify_by + grace).isoformat(),
    }
    address = f"/producer/{one.id}/papers"
    matter = Matter("producer", one.id, params, address, one.verify_by.isoformat())
    return tidings_of(kind, matter, member_ids(session, OrganisationKind.PRODUCER, one.id))
