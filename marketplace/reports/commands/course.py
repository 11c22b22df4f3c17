"""Units that will not meet their year hear of it: monthly from June on, weekly from October on."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.queries import member_ids
from marketplace.core.clock import day_of
from marketplace.core.identity import OrganisationKind, Role
from marketplace.notices.commands import tell_people
from marketplace.notices.rules import Matter, Tiding, tidings_of
from marketplace.outbox.commands import put
from marketplace.outbox.rules import Payload
from marketplace.quota.rules import Progress
from marketplace.reports.queries import UnitYear, unit_year
from marketplace.reports.queries.course import behind_most
from marketplace.reports.rules import course_period
from marketplace.units.queries import unit_ids_after

COURSE_JOB = "reports.course"
AT_ONCE = 50


def begin_course(session: Session, now: datetime) -> bool:
    """Asks for this period's look at all units, once. False where it was asked for before."""
    period = course_period(day_of(now))
    return period is not None and _ask(session, period, 0, now)


def _ask(session: Session, period: str, after_id: int, now: datetime) -> bool:
    payload = {"period": period, "after_id": after_id}
    effect_key = f"{COURSE_JOB}:{period}:{after_id}"
    return put(session, COURSE_JOB, payload, effect_key=effect_key, now=now)


def tell_off_course(session: Session, payload: Payload, now: datetime) -> int:
    """Looks at some units and asks for the next ones; how many people it told.

    A period that is over is left: the next one has begun and tells newer figures.
    """
    today, period = day_of(now), str(payload["period"])
    if period != course_period(today):
        return 0
    units = unit_ids_after(session, int(payload["after_id"]), AT_ONCE)
    if len(units) == AT_ONCE:
        _ask(session, period, units[-1], now)
    tidings: list[Tiding] = []
    for unit_id in units:
        year = unit_year(session, unit_id, today.year, today)
        rule = behind_most(year)
        if rule is not None:
            params = _figures(year, rule, period, today.isoformat())
            tidings += _tidings(session, unit_id, params)
    return tell_people(session, tidings, now)


def _figures(year: UnitYear, rule: Progress, period: str, as_of: str) -> Mapping[str, str | int]:
    return {
        "name": year.name,
        "year": year.year,
        "gap_fen": rule.gap_fen,
        "waiting_fen": rule.waiting_fen,
        "days": rule.days_left,
        "as_of_on": as_of,
        "period": period,
    }


def _tidings(session: Session, unit_id: int, params: Mapping[str, str | int]) -> list[Tiding]:
    people = member_ids(session, OrganisationKind.UNIT, unit_id, Role.BUYER, Role.FINANCE)
    key = f"course:{params['period']}:{unit_id}"
    matter = Matter("unit", unit_id, params, f"/unit/{unit_id}/plan", key=key)
    return tidings_of("off_course", matter, people)
