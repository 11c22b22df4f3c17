"""The register of villages as the centre keeps it: who ended, who took over, who was poor."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session

from marketplace.audit.queries import list_trail
from marketplace.core.areas import code_in_area
from marketplace.core.errors import NotFound
from marketplace.core.paging import Page, PageRequest
from marketplace.geography.models import PoorVillageListing
from marketplace.geography.queries import PLACE_NAMES, is_listed_on
from marketplace.geography.rules import VILLAGE, is_division_code

# What a list may be narrowed to: those that ended, were ever listed as poor, or are today.
GONE, EVER_POOR, POOR = "gone", "ever_poor", "poor"
STATES = ("", GONE, EVER_POOR, POOR)


@dataclass(frozen=True)
class RegisterWish:
    """Which villages are wanted: of an area, by part of a name or code, by state."""

    area: str
    words: str = ""
    state: str = ""


@dataclass(frozen=True)
class Registered:
    """A village or community with what became of it."""

    code: str
    name: str
    kind: str
    township_name: str
    abolished_on: date | None
    successor_code: str | None
    successor_name: str | None
    listings: tuple[PoorVillageListing, ...]

    @property
    def is_listed(self) -> bool:
        """Whether a listing goes on whose last day nobody has told."""
        return any(one.listed_until is None for one in self.listings)


@dataclass(frozen=True)
class Step:
    """Something that was written into the register, and why."""

    at: datetime
    actor_id: int | None
    action: str
    reason: str
    # Day of the end, or first day of a listing; and its last.
    from_on: date | None
    until_on: date | None
    successor_code: str


def list_register(
    session: Session, wish: RegisterWish, page: PageRequest, today: date
) -> Page[Registered]:
    """One page of the register, by code."""
    wanted = _conditions(wish, today)
    total = session.scalar(select(func.count()).select_from(PLACE_NAMES).where(*wanted)) or 0
    found = _rows().where(*wanted).order_by(PLACE_NAMES.c.code)
    rows = session.execute(found.offset(page.offset).limit(page.per_page)).all()
    return Page(_with_listings(session, rows), page.page, page.per_page, total)


def get_registered(session: Session, area: str, code: str) -> Registered:
    """One village of an area. Raises NotFound."""
    if not is_division_code(code):
        raise NotFound
    wanted = [PLACE_NAMES.c.code == code, *code_in_area(PLACE_NAMES.c.code, area)]
    rows = session.execute(_rows().where(*wanted)).all()
    if not rows:
        raise NotFound
    return _with_listings(session, rows)[0]


def list_steps(session: Session, code: str) -> list[Step]:
    """What was written into the register about a village, the newest first."""
    trail = list_trail(session, VILLAGE, code)
    return [_step(one.at, one.actor_id, one.action, one.after or {}) for one in trail]


def _step(at: datetime, actor_id: int | None, action: str, after: Mapping[str, Any]) -> Step:
    return Step(
        at=at,
        actor_id=actor_id,
        action=action,
        reason=after.get("reason") or "",
        from_on=_day(after.get("abolished_on") or after.get("listed_from")),
        until_on=_day(after.get("listed_until")),
        successor_code=after.get("successor_code") or "",
    )


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def _rows() -> Select[*tuple[Any, ...]]:
    place, heir = PLACE_NAMES.c, PLACE_NAMES.alias("heir")
    return select(
        place.code,
        place.name,
        place.kind,
        place.township_name,
        place.abolished_on,
        place.successor_code,
        (heir.c.township_name + heir.c.name).label("successor_name"),
    ).outerjoin(heir, heir.c.code == place.successor_code)


def _conditions(wish: RegisterWish, today: date) -> list[ColumnElement[bool]]:
    place = PLACE_NAMES.c
    wanted = code_in_area(place.code, wish.area)
    if wish.words:
        named = (place.township_name + place.name).contains(wish.words, autoescape=True)
        wanted.append(named | place.code.startswith(wish.words, autoescape=True))
    if wish.state == GONE:
        wanted.append(place.abolished_on.is_not(None))
    elif wish.state in {EVER_POOR, POOR}:
        listed = select(PoorVillageListing.village_code)
        wanted.append(
            place.code.in_(listed if wish.state == EVER_POOR else listed.where(is_listed_on(today)))
        )
    return wanted


def _with_listings(session: Session, rows: Sequence[Row[Any]]) -> list[Registered]:
    codes = [row.code for row in rows]
    listings = defaultdict(list)
    known = select(PoorVillageListing).where(PoorVillageListing.village_code.in_(codes))
    for listing in session.scalars(known.order_by(PoorVillageListing.listed_from)):
        listings[listing.village_code].append(listing)
    return [Registered(**row._asdict(), listings=tuple(listings[row.code])) for row in rows]
