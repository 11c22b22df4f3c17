"""The figures of each family, counted anew for one county."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.administration.queries import setting
from marketplace.administration.rules.settings import Name
from marketplace.catalogue.queries.places import sum_near_expiry
from marketplace.cockpit.queries.matching import find_matches
from marketplace.cockpit.queries.villages import count_villages
from marketplace.cockpit.queries.waiting import COMMON, count_common, count_waiting
from marketplace.cockpit.rules import Family
from marketplace.core.areas import EVERYTHING
from marketplace.core.clock import day_of
from marketplace.core.queues import Queue
from marketplace.reports.queries import StandingsWish, sum_courses
from marketplace.units.queries.units import list_counties

Figures = dict[str, Any]


def _waiting(session: Session, county: str, now: datetime) -> Figures:
    area = _area(session, county)
    counted = _told(count_waiting(session, county, area, day_of(now)))
    # What belongs to no county is told beside it, to whoever looks after all.
    return counted | {kind: [0, None] for kind in COMMON}


def _told(queues: Mapping[str, Queue]) -> Figures:
    return {
        kind: [queue.number, queue.since_on.isoformat() if queue.since_on else None]
        for kind, queue in queues.items()
    }


def _area(session: Session, county: str) -> str:
    """What a county's lists are of: everything, where there is no other."""
    return county if len(list_counties(session)) > 1 else EVERYTHING


def _units(session: Session, county: str, now: datetime) -> Figures:
    today = day_of(now)
    sums = sum_courses(session, StandingsWish(today.year, county), today)
    return {"year": today.year, **asdict(sums)}


def _villages(session: Session, county: str, now: datetime) -> Figures:
    return asdict(count_villages(session, county, day_of(now)))


def _stock(session: Session, county: str, now: datetime) -> Figures:
    days, area = setting(session, county, Name.NEAR_EXPIRY_DAYS, now), _area(session, county)
    return {"days": days, **asdict(sum_near_expiry(session, day_of(now), days, area=area))}


def _matches(session: Session, county: str, now: datetime) -> Figures:
    """The suggestions themselves; how many there are is the figure."""
    rows = find_matches(session, county, day_of(now))
    return {"number": len(rows), "rows": rows}


COUNTS: Mapping[Family, Callable[[Session, str, datetime], Figures]] = {
    Family.WAITING: _waiting,
    Family.UNITS: _units,
    Family.VILLAGES: _villages,
    Family.STOCK: _stock,
    Family.MATCHES: _matches,
}


def count_family(session: Session, family: Family, now: datetime) -> dict[str, Figures]:
    """County → its figures of a family; what belongs to no county stands under no code."""
    found = {county: COUNTS[family](session, county, now) for county in list_counties(session)}
    return found | {EVERYTHING: _told(count_common(session))} if family == Family.WAITING else found
