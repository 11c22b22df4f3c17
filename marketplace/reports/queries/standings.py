"""Where many units stand in a year, as one table that can be sorted and turned over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Subquery,
    cast,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from marketplace.core.areas import begins_with
from marketplace.core.money import ratio_ppm
from marketplace.core.paging import Page, PageRequest
from marketplace.geography.rules import COUNTY_DIGITS, prefix_of
from marketplace.quota.queries import (
    rules_by_division,
    rules_in_force,
    select_counted,
    select_counted_on,
    select_offline,
)
from marketplace.quota.rules import Basis, Rule
from marketplace.units.queries import counties_with_units, select_subtree_on, select_units

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
    division_code: str
    # What will count at the year's end at the present pace.
    projected_fen: int

    @property
    def rate_ppm(self) -> int | None:
        return ratio_ppm(self.counted_fen, self.target_fen)


@dataclass(frozen=True)
class StandingsWish:
    """Which units of which year, and in which order.

    The division is a county's, or the prefix of a wider area: then every unit stands under the
    rule of its own county.
    """

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
    return _floor_among(rules_in_force(session, year, division_code))


def _floor_among(rules: Sequence[Rule]) -> Rule | None:
    floors = [rule for rule in rules if rule.basis == Basis.PER_HEAD_FLOOR]
    return floors[0] if floors else None


def floors_of(session: Session, year: int, area: str) -> list[tuple[Rule, list[str]]]:
    """The rules of an area's counties, each with the counties whose units stand under it."""
    codes = counties_with_units(session, area)
    found: dict[int, tuple[Rule, list[str]]] = {}
    for code, rules in rules_by_division(session, year, [f"{one}000000" for one in codes]).items():
        floor = _floor_among(rules)
        if floor is not None:
            found.setdefault(floor.rule_id, (floor, []))[1].append(code[:COUNTY_DIGITS])
    return list(found.values())


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
    table = _tables(session, wish, today)
    if table is None:
        return CourseSums(0, 0, 0, 0, 0)
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
    table = _tables(session, wish, today)
    if table is None:
        return Page([], page.page, page.per_page, 0)
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


def _tables(session: Session, wish: StandingsWish, today: date) -> Subquery | None:
    """The standings of a county, of what is below a unit, or of every county of an area."""
    area, day = prefix_of(wish.division_code), _day(wish, today)
    if wish.below is not None or len(area) >= COUNTY_DIGITS:
        rule = find_floor(session, wish.year, wish.division_code)
        within = [area[:COUNTY_DIGITS]] if wish.below is None else []
        return _table((rule, within), wish, day, today) if rule is not None else None
    floors = floors_of(session, wish.year, area)
    tables = [select(_table(one, wish, day, today)) for one in floors]
    return union_all(*tables).subquery("standings_of_area") if tables else None


def sum_by_county(session: Session, wish: StandingsWish, today: date) -> dict[str, RollUp]:
    """The units of each county of an area as one, added up by the database."""
    table = _tables(session, wish, today)
    if table is None:
        return {}
    county = func.substr(table.c.division_code, 1, COUNTY_DIGITS)
    rows = session.execute(
        select(
            county,
            func.sum(1 - table.c.has_ended),
            func.sum(table.c.target_fen),
            func.sum(table.c.counted_fen),
        ).group_by(county)
    )
    return {code: RollUp(*(int(figure or 0) for figure in sums)) for code, *sums in rows}


def _table(floor: tuple[Rule, list[str]], wish: StandingsWish, day: date, today: date) -> Subquery:
    """The columns of a standing for every unit that is told of: of some counties, or anywhere."""
    whole = _every_unit(floor, wish, day, today)
    if wish.course not in COURSES:
        return whole
    kept = _is_off(whole) if wish.course == OFF else whole.c.gap_fen > 0
    return select(whole).where(kept).subquery("standings_of_a_course")


def _every_unit(
    floor: tuple[Rule, list[str]], wish: StandingsWish, day: date, today: date
) -> Subquery:
    rule, counties = floor
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
    if counties:
        conditions.append(or_(*(begins_with(unit.c.division_code, one) for one in counties)))
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
            unit.c.division_code,
            # A sum of PostgreSQL is no whole number by its type, and would not divide like one.
            (cast(counted_fen, BigInteger) * days // passed).label("projected_fen"),
        )
        .outerjoin(counted, counted.c.unit_id == unit.c.id)
        .outerjoin(offline, offline.c.unit_id == unit.c.id)
        .where(*conditions)
        .subquery("standings")
    )
