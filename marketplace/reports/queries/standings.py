"""Where many units stand in a year, as one table that can be sorted and turned over."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, ColumnElement, Subquery, cast, func, or_, select
from sqlalchemy.orm import Session

from marketplace.core.money import ratio_ppm
from marketplace.core.paging import Page, PageRequest
from marketplace.quota.queries import (
    rules_in_force,
    select_counted,
    select_counted_on,
    select_offline,
)
from marketplace.quota.rules import Basis, Rule
from marketplace.units.queries import select_subtree_on, select_units

OPEN, OFF = "open", "off"
COURSES = (OPEN, OFF)
SORTS = ("gap", "-gap", "name", "target", "-target", "counted", "-counted")


@dataclass(frozen=True)
class Standing:
    """A unit's target, what counts and what is missing, under one rule."""

    unit_id: int
    name: str
    level: int
    headcount: int
    target_fen: int
    counted_fen: int
    gap_fen: int
    # As much of what counts as was bought offline.
    offline_fen: int
    has_ended: bool
    # What will count at the year's end at the present pace.
    projected_fen: int

    @property
    def rate_ppm(self) -> int | None:
        return ratio_ppm(self.counted_fen, self.target_fen)


@dataclass(frozen=True)
class StandingsWish:
    """Which units of which year, and in which order."""

    year: int
    division_code: str
    below: int | None = None
    sort: str = "-gap"
    search: str = ""
    # The day as of which it is told; None is today.
    on: date | None = None
    # Only units that have not met their year (OPEN), or that will not at their pace (OFF).
    course: str = ""


def find_floor(session: Session, year: int, division_code: str) -> Rule | None:
    """The rule whose target every unit has: so much a head."""
    rules = rules_in_force(session, year, division_code)
    floors = [rule for rule in rules if rule.basis == Basis.PER_HEAD_FLOOR]
    return floors[0] if floors else None


@dataclass(frozen=True)
class RollUp:
    """A supervising unit with all units below it, as one."""

    units: int
    target_fen: int
    counted_fen: int

    @property
    def gap_fen(self) -> int:
        return max(0, self.target_fen - self.counted_fen)


def roll_up(session: Session, wish: StandingsWish, today: date) -> RollUp:
    """The unit's own sums and those of all that stood below it on the day. An order names one
    unit, and a unit stands in one place: none is twice. Units that had ended still bring what
    counted for them; their heads are their successors'."""
    rule = find_floor(session, wish.year, wish.division_code)
    if rule is None or wish.below is None:
        return RollUp(0, 0, 0)
    day = _day(wish, today)
    unit = select_units(day, with_ended=True)
    counted = _counted(rule, wish)
    row = session.execute(
        select(
            func.sum(1 - unit.c.has_ended),
            func.sum(unit.c.headcount * rule.amount_fen),
            func.sum(counted.c.counted_fen),
        )
        .select_from(unit)
        .outerjoin(counted, counted.c.unit_id == unit.c.id)
        .where(unit.c.id.in_(select_subtree_on(wish.below, day)))
    ).one()
    return RollUp(*(int(figure or 0) for figure in row))


def _day(wish: StandingsWish, today: date) -> date:
    """As of when it is told: a year that is over as it ended."""
    return min(wish.on or today, date(wish.year, 12, 31))


def _counted(rule: Rule, wish: StandingsWish) -> Subquery:
    """Kept totals for today; for another day its entries are added up anew."""
    if wish.on is None:
        return select_counted(rule.rule_id, wish.year)
    return select_counted_on(rule.rule_id, wish.year, wish.on)


@dataclass(frozen=True)
class CourseSums:
    """How many units there are, how many have not met their year and what is missing, and how
    many will not meet it at their pace and what would be missing then."""

    units: int
    open_units: int
    gap_fen: int
    off_units: int
    short_fen: int


def sum_courses(session: Session, wish: StandingsWish, today: date) -> CourseSums:
    """The sums of the table that `list_standings` turns over. One statement."""
    rule = find_floor(session, wish.year, wish.division_code)
    if rule is None:
        return CourseSums(0, 0, 0, 0, 0)
    table = _table(rule, wish, _day(wish, today), today)
    is_open, is_off = table.c.gap_fen > 0, _is_off(table)
    short_fen = table.c.target_fen - table.c.projected_fen
    row = session.execute(
        select(
            func.count(),
            func.count().filter(is_open),
            func.sum(table.c.gap_fen).filter(is_open),
            func.count().filter(is_off),
            func.sum(short_fen).filter(is_off),
        ).select_from(table)
    ).one()
    return CourseSums(*(int(figure or 0) for figure in row))


def _pace(year: int, today: date) -> tuple[int, int]:
    """(days that have passed, days of the year). A year that is over has passed whole."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    days = (last - first).days + 1
    return (min(max((today - first).days + 1, 1), days), days)


def _is_off(table: Subquery) -> ColumnElement[bool]:
    """What counts, carried on to the year's end, stays below the target."""
    return table.c.projected_fen < table.c.target_fen


def list_standings(
    session: Session, wish: StandingsWish, page: PageRequest, today: date
) -> Page[Standing]:
    """One page of the table; the database adds up, sorts and cuts."""
    rule = find_floor(session, wish.year, wish.division_code)
    if rule is None:
        return Page([], page.page, page.per_page, 0)
    table = _table(rule, wish, _day(wish, today), today)
    wanted = wish.sort if wish.sort in SORTS else SORTS[1]
    key = wanted.removeprefix("-")
    column = table.c[key if key == "name" else f"{key}_fen"]
    found = session.execute(
        # Counted in passing: adding up everything once more would cost as much again.
        select(table, func.count().over().label("total"))
        .order_by(column.desc() if wanted.startswith("-") else column, table.c.unit_id)
        .offset(page.offset)
        .limit(page.per_page)
    )
    rows = [row._asdict() for row in found]
    totals = [row.pop("total") for row in rows]
    if not totals and page.offset:
        totals = [session.scalar(select(func.count()).select_from(table)) or 0]
    standings = [Standing(**{**row, "has_ended": bool(row["has_ended"])}) for row in rows]
    return Page(standings, page.page, page.per_page, next(iter(totals), 0))


def _table(rule: Rule, wish: StandingsWish, day: date, today: date) -> Subquery:
    """The columns of a standing for every unit that is told of."""
    whole = _every_unit(rule, wish, day, today)
    if wish.course not in COURSES:
        return whole
    kept = _is_off(whole) if wish.course == OFF else whole.c.gap_fen > 0
    return select(whole).where(kept).subquery("standings_of_a_course")


def _every_unit(rule: Rule, wish: StandingsWish, day: date, today: date) -> Subquery:
    unit = select_units(day, with_ended=True)
    counted = _counted(rule, wish)
    offline = select_offline(rule.rule_id, wish.year, wish.on)
    target_fen = unit.c.headcount * rule.amount_fen
    counted_fen = func.coalesce(counted.c.counted_fen, 0)
    passed, days = _pace(wish.year, today)
    # A unit that has ended is told of as long as something counts for it.
    conditions = [or_(unit.c.has_ended == 0, counted_fen != 0)]
    if wish.below is not None:
        below = select_subtree_on(wish.below, day)
        conditions += [unit.c.id.in_(below), unit.c.id != wish.below]
    if wish.search:
        conditions.append(unit.c.name.contains(wish.search, autoescape=True))
    return (
        select(
            unit.c.id.label("unit_id"),
            *(unit.c.name, unit.c.level, unit.c.headcount),
            target_fen.label("target_fen"),
            counted_fen.label("counted_fen"),
            (target_fen - counted_fen).label("gap_fen"),
            func.coalesce(offline.c.offline_fen, 0).label("offline_fen"),
            unit.c.has_ended,
            # A sum of PostgreSQL is no whole number by its type, and would not divide like one.
            (cast(counted_fen, BigInteger) * days // passed).label("projected_fen"),
        )
        .outerjoin(counted, counted.c.unit_id == unit.c.id)
        .outerjoin(offline, offline.c.unit_id == unit.c.id)
        .where(*conditions)
        .subquery("standings")
    )
