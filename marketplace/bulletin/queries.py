"""What a bulletin is made from, and bulletins themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import PERSON_NAMES
from marketplace.attribution.queries import parts_between
from marketplace.bulletin.models import Bulletin, BulletinIssue, BulletinStep
from marketplace.bulletin.rules import (
    Facts,
    NothingToTell,
    UnitLine,
    last_day_a_year_before,
    thaw,
)
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.geography.queries import count_living
from marketplace.geography.rules import county_of
from marketplace.ordering.queries.on_the_way import waiting_by_unit
from marketplace.quota.queries.entries import counted_on
from marketplace.quota.rules import projected_fen
from marketplace.reports.queries.standings import StandingsWish, find_floor, list_standings
from marketplace.reports.rules import EVERY_UNIT
from marketplace.units.queries import get_unit


def gather(session: Session, county: str, period: str, as_of: date, *, today: date) -> Facts:
    """The figures of a county on a day. Raises NothingToTell."""
    division = f"{county}000000"
    wish = StandingsWish(as_of.year, division, sort="name", on=as_of)
    floor = find_floor(session, as_of.year, division)
    if floor is None:
        raise NothingToTell
    before = last_day_a_year_before(as_of)
    last_year = _counted(session, division, before)
    # What is on its way when a year is over counts in the next one.
    waiting = waiting_by_unit(session, floor, county) if as_of.year == today.year else {}
    standings = list_standings(session, wish, EVERY_UNIT, as_of).items
    units = tuple(
        UnitLine(
            unit_id=one.unit_id,
            name=f"{one.name}(已撤并)" if one.has_ended else one.name,
            headcount=one.headcount,
            target_fen=one.target_fen,
            counted_fen=one.counted_fen,
            waiting_fen=waiting.get(one.unit_id, 0),
            projected_fen=int(
                projected_fen(one.counted_fen, waiting.get(one.unit_id, 0), as_of.year, as_of)
            ),
            counted_last_year_fen=last_year.get(one.unit_id, 0),
            has_ended=one.has_ended,
        )
        for one in standings
    )
    villages = parts_between(session, ("county", county), "village", _first(as_of), as_of)
    earlier = parts_between(session, ("county", county), "village", _first(before), before)
    return Facts(
        period=period,
        as_of=as_of,
        units=units,
        sales_fen=sum(part.amount_fen for part in villages),
        sales_last_year_fen=sum(part.amount_fen for part in earlier),
        villages_selling=sum(part.amount_fen > 0 for part in villages),
        villages=count_living(session, county),
    )


def _first(day: date) -> date:
    return date(day.year, 1, 1)


def _counted(session: Session, division: str, day: date) -> Mapping[int, int]:
    """What counted for each unit by a day, under the rule of that year; nothing without one."""
    rule = find_floor(session, day.year, division)
    return counted_on(session, rule.rule_id, day.year, day) if rule else {}


@dataclass(frozen=True)
class BulletinRow:
    id: int
    period: str
    state: str
    title: str
    as_of: date
    edited_at: datetime
    issues: int


def list_bulletins(session: Session, county: str, *, published: bool = False) -> list[BulletinRow]:
    """A county's bulletins, the newest first."""
    issues = (
        select(func.count())
        .where(BulletinIssue.bulletin_id == Bulletin.id)
        .scalar_subquery()
        .label("issues")
    )
    wanted = select(
        Bulletin.id,
        Bulletin.period,
        Bulletin.state,
        Bulletin.title,
        Bulletin.as_of,
        Bulletin.edited_at,
        issues,
    ).where(Bulletin.county_code == county)
    if published:
        wanted = wanted.where(Bulletin.published_number.is_not(None))
    rows = session.execute(wanted.order_by(Bulletin.period.desc()).limit(120))
    return [BulletinRow(*row) for row in rows]


def get_bulletin(session: Session, bulletin_id: int, county: str) -> Bulletin:
    """A bulletin of the county. Raises NotFound."""
    found = session.get(Bulletin, bulletin_id, populate_existing=True)
    if found is None or found.county_code != county:
        raise NotFound
    return found


@dataclass(frozen=True)
class IssueView:
    """A bulletin as it was signed."""

    bulletin_id: int
    county_code: str
    number: int
    title: str
    words: str
    reasons: Mapping[str, str]
    facts: Facts
    sha256: str
    signer: str
    signed_at: datetime


def list_issues(
    session: Session, bulletin_id: int, *, most: int | None = None
) -> Sequence[IssueView]:
    """The issues of a bulletin up to a number, the newest first: it is the one that holds."""
    seen = [] if most is None else [BulletinIssue.number <= most]
    rows = session.execute(
        select(BulletinIssue, Bulletin.county_code, PERSON_NAMES.c.name)
        .join(Bulletin, Bulletin.id == BulletinIssue.bulletin_id)
        .join(PERSON_NAMES, PERSON_NAMES.c.id == BulletinIssue.signed_by)
        .where(BulletinIssue.bulletin_id == bulletin_id, *seen)
        .order_by(BulletinIssue.number.desc())
    )
    return [
        IssueView(
            issue.bulletin_id,
            county,
            issue.number,
            issue.title,
            issue.words,
            issue.reasons,
            thaw(issue.facts),
            issue.sha256,
            signer,
            issue.signed_at,
        )
        for issue, county, signer in rows
    ]


def read_issues(session: Session, identity: Identity, bulletin_id: int) -> Sequence[IssueView]:
    """The issues that a person may read, the newest first: in the centre all, in the county's
    units those up to what was published. Raises NotFound."""
    bulletin = session.get(Bulletin, bulletin_id, populate_existing=True)
    if bulletin is None:
        raise NotFound
    most = None if identity.is_in_centre() else bulletin.published_number or 0
    if most is not None and not _is_of_county(session, identity, bulletin.county_code):
        raise NotFound
    issues = list_issues(session, bulletin_id, most=most)
    if not issues:
        raise NotFound
    return issues


def _is_of_county(session: Session, identity: Identity, county: str) -> bool:
    units = identity.organisations(OrganisationKind.UNIT)
    return any(county_of(get_unit(session, one).division_code) == county for one in units)


def list_steps(session: Session, bulletin_id: int) -> Sequence[Any]:
    """What was done with it, the latest first: (at, kind, name, words)."""
    step = BulletinStep
    return session.execute(
        select(step.at, step.kind, PERSON_NAMES.c.name, step.words)
        .join(PERSON_NAMES, PERSON_NAMES.c.id == step.actor_id)
        .where(step.bulletin_id == bulletin_id)
        .order_by(step.id.desc())
    ).all()
