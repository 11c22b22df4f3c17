"""Provinces, cities and counties with what they sold and how far their units are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy.orm import Session

from marketplace.attribution.queries.counties import count_selling, sales_of_counties
from marketplace.core.money import ratio_ppm
from marketplace.geography.queries import count_living_by_county
from marketplace.geography.rules import AREA_DIGITS, COUNTY_DIGITS
from marketplace.reports.queries.standings import RollUp, StandingsWish, sum_by_county
from marketplace.storefront.rules import FIRST_YEAR
from marketplace.units.queries import names_of_areas

NOTHING = RollUp(0, 0, 0)


@dataclass(frozen=True)
class AreaSums:
    """What an area comes to in a year. Every figure is the sum of those of its parts."""

    counties: int = 0
    amount_fen: int = 0
    orders: int = 0
    villages: int = 0
    selling: int = 0
    units: int = 0
    target_fen: int = 0
    counted_fen: int = 0

    @property
    def rate_ppm(self) -> int | None:
        return ratio_ppm(self.counted_fen, self.target_fen)

    @property
    def idle_ppm(self) -> int | None:
        """The share of villages that sold nothing."""
        return ratio_ppm(self.villages - self.selling, self.villages)


@dataclass(frozen=True)
class AreaRow:
    code: str
    name: str
    sums: AreaSums

    @property
    def is_county(self) -> bool:
        return len(self.code) == COUNTY_DIGITS


@dataclass(frozen=True)
class AreasPage:
    """An area with its parts one level down, the one that sold most first."""

    area: str
    name: str
    # From the widest area down to this one, without it.
    above: Sequence[tuple[str, str]]
    rows: Sequence[AreaRow]
    total: AreaSums
    year: int

    @property
    def earlier(self) -> int | None:
        return self.year - 1 if self.year > FIRST_YEAR else None

    @property
    def later(self) -> int:
        return self.year + 1


def get_areas(session: Session, area: str, year: int, today: date) -> AreasPage:
    """The roll-up of an area, in seven queries over kept totals, however many orders there are."""
    names = names_of_areas(session)
    counties = sums_by_county(session, area, year, today)
    digits = next((digits for digits in AREA_DIGITS if digits > len(area)), COUNTY_DIGITS)
    parts: dict[str, list[AreaSums]] = {}
    for code, sums in counties.items():
        parts.setdefault(code[:digits], []).append(sums)
    rows = [AreaRow(code, names.get(code, code), add_up(found)) for code, found in parts.items()]
    return AreasPage(
        area=area,
        name=names.get(area, area),
        above=[(area[:n], names.get(area[:n], area[:n])) for n in AREA_DIGITS if n < len(area)],
        rows=sorted(rows, key=lambda row: (-row.sums.amount_fen, row.code)),
        total=add_up(counties.values()),
        year=year,
    )


def sums_by_county(session: Session, area: str, year: int, today: date) -> dict[str, AreaSums]:
    """Every county of an area that has villages, units or sales."""
    sold = sales_of_counties(session, area, year)
    selling = count_selling(session, area, year)
    villages = count_living_by_county(session, area)
    units = sum_by_county(session, StandingsWish(year, area), today)
    found = {}
    for code in sorted({*sold, *villages, *units}):
        amount_fen, orders = sold.get(code, (0, 0))
        rolled = units.get(code, NOTHING)
        found[code] = AreaSums(
            1,
            amount_fen,
            orders,
            villages.get(code, 0),
            selling.get(code, 0),
            rolled.units,
            rolled.target_fen,
            rolled.counted_fen,
        )
    return found


def add_up(parts: Iterable[AreaSums]) -> AreaSums:
    found = list(parts)
    return AreaSums(*(sum(getattr(one, name.name) for one in found) for name in fields(AreaSums)))
