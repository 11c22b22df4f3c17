"""The villages of an area with what they sold, have and know of each other: a table to filter."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from marketplace.attribution.queries import select_year
from marketplace.attribution.queries.places import (
    last_sales,
    select_sold_in,
    select_sold_since,
)
from marketplace.catalogue.queries.places import stock_of_villages
from marketplace.cockpit.rules import QUIET_DAYS
from marketplace.core.paging import Page, PageRequest
from marketplace.geography.queries import PLACE_NAMES
from marketplace.pairings.queries import pairings_of_villages
from marketplace.producers.queries import count_in_villages

NONE, SOME = "none", "some"
YEAR, QUARTER = "year", "quarter"


@dataclass(frozen=True)
class VillagesWish:
    """Which villages: of an area, with or without sales in a span, by a part of a name."""

    area: str
    year: int
    sold: str = ""
    span: str = YEAR
    search: str = ""


@dataclass(frozen=True)
class VillageRow:
    code: str
    name: str
    township_name: str
    sold_fen: int
    last_on: date | None
    producers: int
    packs: int
    value_fen: int
    # The units that stand by it: (id, name).
    units: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class VillageCounts:
    villages: int
    none_this_year: int
    none_in_quarter: int


def count_villages(session: Session, county: str, today: date) -> VillageCounts:
    """How many there are, and how many sold nothing this year, or lately."""
    counts = [
        session.scalar(select(func.count()).where(*_conditions(wish, today))) or 0
        for wish in (
            VillagesWish(county, today.year),
            VillagesWish(county, today.year, NONE, YEAR),
            VillagesWish(county, today.year, NONE, QUARTER),
        )
    ]
    return VillageCounts(*counts)


def _conditions(wish: VillagesWish, today: date) -> list[ColumnElement[bool]]:
    place = PLACE_NAMES.c
    wanted = [place.code.startswith(wish.area, autoescape=True), place.abolished_on.is_(None)]
    if wish.search:
        named = place.name.contains(wish.search, autoescape=True)
        wanted.append(named | place.township_name.contains(wish.search, autoescape=True))
    if wish.sold in {NONE, SOME}:
        sold = _has_sold(wish, today)
        wanted.append(sold if wish.sold == SOME else ~sold)
    return wanted


def _has_sold(wish: VillagesWish, today: date) -> ColumnElement[bool]:
    code = PLACE_NAMES.c.code
    if wish.span == QUARTER:
        lately = select_sold_since(today - timedelta(days=QUIET_DAYS)).subquery("sold_lately")
        return select(lately).where(lately.c.village_code == code).exists()
    return code.in_(select_sold_in(wish.year))


def list_villages(
    session: Session, wish: VillagesWish, page: PageRequest, today: date
) -> Page[VillageRow]:
    """One page of the table by township; what belongs to a row is read for the page alone."""
    place, sold = PLACE_NAMES.c, select_year("village", wish.year)
    wanted = _conditions(wish, today)
    total = session.scalar(select(func.count()).where(*wanted)) or 0
    rows = session.execute(
        select(place.code, place.name, place.township_name, func.coalesce(sold.c.amount_fen, 0))
        .outerjoin(sold, sold.c.scope_key == place.code)
        .where(*wanted)
        .order_by(place.code)
        .offset(page.offset)
        .limit(page.per_page)
    ).all()
    return Page(_with_more(session, rows, today), page.page, page.per_page, total)


def _with_more(
    session: Session, rows: Collection[tuple[str, str, str, int]], today: date
) -> list[VillageRow]:
    codes = [row[0] for row in rows]
    last, producers = last_sales(session, codes), count_in_villages(session, codes)
    stock = stock_of_villages(session, codes, today)
    units: dict[str, list[tuple[int, str]]] = {}
    for one in pairings_of_villages(session, codes, today):
        units.setdefault(one.village_code, []).append((one.unit_id, one.unit_name))
    return [
        VillageRow(
            *(code, name, township, int(sold_fen)),
            last_on=last.get(code),
            producers=producers.get(code, 0),
            packs=stock[code].packs if code in stock else 0,
            value_fen=stock[code].value_fen if code in stock else 0,
            units=tuple(units.get(code, ())),
        )
        for code, name, township, sold_fen in rows
    ]
