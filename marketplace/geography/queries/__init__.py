"""Reads of townships and villages: by code, in bulk, and along the line of succession."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import CTE, ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from marketplace.core.areas import code_in_area
from marketplace.core.errors import NotFound
from marketplace.core.heads import fold as fold
from marketplace.geography.models import PoorVillageListing, Township, Village
from marketplace.geography.rules import (
    COUNTY_DIGITS,
    code_in,
    is_division_code,
    prefix_of,
)

TOWNSHIP_NAMES = select(Township.code, Township.name).subquery("township_name")
# To be joined by those above who list things by their place: code, name, township_name.
PLACE_NAMES = (
    select(
        Village.code,
        Village.name,
        Village.kind,
        Village.abolished_on,
        Village.successor_code,
        Township.code.label("township_code"),
        Township.name.label("township_name"),
    )
    .join(Township, Township.code == Village.township_code)
    .subquery("place_name")
)

# More codes than this in one statement would meet SQLite's limit of variables.
CHUNK = 500
# A township and a village in it.
LONGEST = 140


@dataclass(frozen=True)
class Place:
    """A village with its township: names repeat, so people are shown both."""

    code: str
    name: str
    township_code: str
    township_name: str


def find_village(session: Session, code: str) -> Village | None:
    return session.get(Village, code) if is_division_code(code) else None


def get_village(session: Session, code: str) -> Village:
    """The village. Raises NotFound."""
    village = find_village(session, code)
    if village is None:
        raise NotFound
    return village


def find_township(session: Session, code: str) -> Township | None:
    return session.get(Township, code) if is_division_code(code) else None


def get_township(session: Session, code: str) -> Township:
    """The township. Raises NotFound."""
    township = find_township(session, code)
    if township is None:
        raise NotFound
    return township


def list_townships(session: Session, county_code: str = "") -> Sequence[Township]:
    """The townships of a county (all of them when none is named), by code."""
    within = Township.code.startswith(prefix_of(county_code), autoescape=True)
    return session.scalars(select(Township).where(within).order_by(Township.code)).all()


def list_villages(
    session: Session, township_code: str | None = None, *, with_abolished: bool = False
) -> Sequence[Village]:
    """The villages of a township, or all; abolished ones only when asked for."""
    wanted = select(Village).order_by(Village.code)
    if township_code is not None:
        wanted = wanted.where(Village.township_code == township_code)
    if not with_abolished:
        wanted = wanted.where(Village.abolished_on.is_(None))
    return session.scalars(wanted).all()


def _in_chunks(codes: Iterable[str]) -> Iterable[list[str]]:
    wanted = list(dict.fromkeys(codes))
    return (wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK))


def places_of(session: Session, codes: Iterable[str]) -> dict[str, Place]:
    """Villages with their townships, for many codes at once; unknown codes are left out."""
    columns = (
        PLACE_NAMES.c.code,
        PLACE_NAMES.c.name,
        PLACE_NAMES.c.township_code,
        PLACE_NAMES.c.township_name,
    )
    found = (
        Place(*row)
        for some in _in_chunks(codes)
        for row in session.execute(select(*columns).where(PLACE_NAMES.c.code.in_(some)))
    )
    return {place.code: place for place in found}


def list_living(session: Session, area: str) -> list[Place]:
    """The villages of an area that may be chosen today, by code, with their townships."""
    columns = (PLACE_NAMES.c[name] for name in ("code", "name", "township_code", "township_name"))
    living = select(*columns).where(
        PLACE_NAMES.c.abolished_on.is_(None), *code_in_area(PLACE_NAMES.c.code, area)
    )
    return [Place(*row) for row in session.execute(living.order_by(PLACE_NAMES.c.code))]


def codes_by_name(session: Session, area: str, typed: Iterable[str]) -> dict[str, list[str]]:
    """Codes of the living villages that were typed, by what they are called, folded: by their code
    everywhere; in an area by their name too, alone or behind that of the township."""
    words = {
        name for one in typed for name in (fold(one), code_in(one)) if 0 < len(name) <= LONGEST
    }
    place = PLACE_NAMES.c
    living = select(place.code, place.name, place.township_name)
    living = living.where(place.abolished_on.is_(None)).order_by(place.code)
    found: dict[str, list[str]] = {}
    for some in _in_chunks(sorted(word for word in words if 0 < len(word) <= LONGEST)):
        named = or_(place.name.in_(some), (place.township_name + place.name).in_(some))
        called = or_(place.code.in_(some), and_(named, *code_in_area(place.code, area)))
        for code, name, township in session.execute(living.where(called)):
            # A name beyond the area is no name here, though its code was typed beside it.
            names = {name, township + name} if code.startswith(area) else set()
            for word in {code, *names}.intersection(some):
                found.setdefault(word, []).append(code)
    return found


@dataclass(frozen=True)
class CountyPlace:
    """A village of a county with its township."""

    code: str
    name: str
    township_code: str
    township_name: str
    is_abolished: bool


def list_places(session: Session, prefix: str) -> Sequence[CountyPlace]:
    """Every village there ever was in an area."""
    place = PLACE_NAMES
    rows = session.execute(
        select(
            place.c.code,
            place.c.name,
            place.c.township_code,
            place.c.township_name,
            place.c.abolished_on,
        ).where(place.c.code.startswith(prefix, autoescape=True))
    )
    return [CountyPlace(*row[:4], is_abolished=row[4] is not None) for row in rows]


def names_of(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """Short names of villages and townships by their codes; unknown codes are left out."""
    names: dict[str, str] = {}
    for some in _in_chunks(codes):
        villages = select(Village.code, Village.name).where(Village.code.in_(some))
        townships = select(Township.code, Township.name).where(Township.code.in_(some))
        names.update((code, name) for code, name in session.execute(villages.union_all(townships)))
    return names


def current_codes(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """For each village the one that stands for it today: itself, or the end of its succession.

    An abolished village without a successor stands for itself.
    """
    found: dict[str, str] = {}
    for some in _in_chunks(codes):
        steps = _steps_from(Village.code.in_(some))
        ends = select(steps.c.start, steps.c.code).where(steps.c.successor_code.is_(None))
        found.update((start, code) for start, code in session.execute(ends))
    return found


def current_village(session: Session, code: str) -> Village:
    """The village that stands for this one today. Raises NotFound."""
    village = get_village(session, code)
    return get_village(session, current_codes(session, [village.code])[village.code])


def list_predecessors(session: Session, code: str) -> Sequence[str]:
    """Codes of the villages that this one has succeeded, through any number of steps."""
    steps = select(Village.code).where(Village.successor_code == code).cte(recursive=True)
    earlier = aliased(Village)
    steps = steps.union(select(earlier.code).join(steps, earlier.successor_code == steps.c.code))
    return session.scalars(select(steps.c.code).order_by(steps.c.code)).all()


def _steps_from(chosen: ColumnElement[bool]) -> CTE:
    start = select(Village.code.label("start"), Village.code, Village.successor_code)
    steps = start.where(chosen).cte("steps", recursive=True)
    later = aliased(Village)
    return steps.union(
        select(steps.c.start, later.code, later.successor_code).join(
            later, later.code == steps.c.successor_code
        )
    )


def is_listed_on(day: date) -> ColumnElement[bool]:
    """Of a listing: whether it holds on a day."""
    last = PoorVillageListing.listed_until
    return (PoorVillageListing.listed_from <= day) & or_(last.is_(None), last >= day)


def list_poor_codes(session: Session, day: date) -> frozenset[str]:
    """Codes of all villages that were listed as poor on a day."""
    return frozenset(
        session.scalars(select(PoorVillageListing.village_code).where(is_listed_on(day)))
    )


def list_poor_listings(session: Session, code: str) -> Sequence[PoorVillageListing]:
    """The times during which a village was listed as poor, the first one first."""
    wanted = select(PoorVillageListing).where(PoorVillageListing.village_code == code)
    return session.scalars(wanted.order_by(PoorVillageListing.listed_from)).all()


def count_living(session: Session, prefix: str) -> int:
    """Villages and communities of an area that have not been abolished."""
    here = Village.code.startswith(prefix, autoescape=True)
    living = select(func.count()).where(here, Village.abolished_on.is_(None))
    return session.scalar(living) or 0


def count_living_by_county(session: Session, area: str) -> dict[str, int]:
    """The same of every county of an area."""
    county = func.substr(Village.code, 1, COUNTY_DIGITS)
    counted = (
        select(county, func.count())
        .where(Village.abolished_on.is_(None), *code_in_area(Village.code, area))
        .group_by(county)
    )
    return {row[0]: row[1] for row in session.execute(counted)}


def has_county(session: Session, code: str) -> bool:
    """Whether there is a county with these six digits: it has townships."""
    townships = select(Township.code).where(*code_in_area(Township.code, code)).limit(1)
    return session.scalar(townships) is not None


def count_villages(session: Session) -> dict[str, int]:
    """How many there are of each kind."""
    counted = select(Village.kind, func.count()).group_by(Village.kind)
    return {row[0]: row[1] for row in session.execute(counted)}
