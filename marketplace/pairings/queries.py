"""Reads of pairings, and what a table of them means."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from marketplace.core.areas import in_area, keys_in_area
from marketplace.core.errors import FieldError
from marketplace.core.paging import Page, PageRequest, in_parts
from marketplace.geography.queries import PLACE_NAMES
from marketplace.geography.rules import is_division_code
from marketplace.pairings.models import Pairing
from marketplace.pairings.rules import (
    BASIS,
    FROM,
    MANY_VILLAGES,
    NO_SUCH_UNIT,
    NO_SUCH_VILLAGE,
    NOT_A_DAY,
    UNIT,
    VILLAGE,
    GivenPairing,
    TypedPairing,
)
from marketplace.units.queries.units import UNIT_NAMES, ids_by_name
from marketplace.web.fields import TOO_LONG

LONGEST_BASIS = 120


@dataclass(frozen=True)
class PairingRow:
    id: int
    unit_id: int
    unit_name: str
    village_code: str
    village_name: str
    township_name: str
    from_on: date
    until_on: date | None
    basis: str
    reason: str

    def holds_on(self, day: date) -> bool:
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)


def in_force(day: date) -> ColumnElement[bool]:
    """Pairings that hold on a day."""
    return (Pairing.from_on <= day) & or_(Pairing.until_on.is_(None), Pairing.until_on >= day)


def _rows() -> Select[*tuple[Any, ...]]:
    unit, place = UNIT_NAMES, PLACE_NAMES
    return (
        select(
            Pairing.id,
            Pairing.unit_id,
            unit.c.name,
            Pairing.village_code,
            place.c.name.label("village_name"),
            place.c.township_name,
            Pairing.from_on,
            Pairing.until_on,
            Pairing.basis,
            Pairing.reason,
        )
        .join(unit, unit.c.id == Pairing.unit_id)
        .join(place, place.c.code == Pairing.village_code)
    )


def list_pairings(
    session: Session, area: str, words: str, page: PageRequest, *, on: date | None
) -> Page[PairingRow]:
    """An area's pairings by unit, those that hold on a day or all there ever were; `words` are
    part of a unit's or a village's name."""
    wanted = _rows().where(*in_area("pairing", Pairing.id, area))
    if on is not None:
        wanted = wanted.where(in_force(on))
    if words:
        in_unit = UNIT_NAMES.c.name.contains(words, autoescape=True)
        wanted = wanted.where(in_unit | PLACE_NAMES.c.name.contains(words, autoescape=True))
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    rows = session.execute(
        wanted.order_by(UNIT_NAMES.c.name, Pairing.id).offset(page.offset).limit(page.per_page)
    )
    return Page([PairingRow(*row) for row in rows], page.page, page.per_page, total)


def pairings_of_unit(session: Session, unit_id: int, day: date) -> Sequence[PairingRow]:
    """The villages a unit stands by on a day."""
    rows = _rows().where(Pairing.unit_id == unit_id, in_force(day)).order_by(Pairing.id)
    return [PairingRow(*row) for row in session.execute(rows)]


def pairings_of_villages(
    session: Session, codes: Collection[str], day: date
) -> Sequence[PairingRow]:
    """The units that stand by villages on a day."""
    rows = _rows().where(Pairing.village_code.in_(codes), in_force(day))
    return [PairingRow(*row) for row in session.execute(rows.order_by(UNIT_NAMES.c.name))]


def read_table(
    session: Session, typed: Sequence[TypedPairing], today: date, *, area: str = ""
) -> tuple[list[GivenPairing], list[FieldError]]:
    """What a table means, and everything that is wrong with it by row and column."""
    named = ids_by_name(session, {one.unit for one in typed})
    here = set(keys_in_area(session, "budget_unit", sorted(named.values()), area))
    units = {name: unit_id for name, unit_id in named.items() if unit_id in here}
    places = _places(session, {one.village for one in typed})
    good, errors = [], []
    for one in typed:
        wrong, given = _read(one, units, places, today)
        errors += wrong
        if given is not None:
            good.append(given)
    return good, errors


def _places(session: Session, names: Collection[str]) -> dict[str, list[str]]:
    """Codes of villages by what was typed of them: their code or their name."""
    found: dict[str, list[str]] = {}
    codes = [name for name in names if is_division_code(name)]
    place = PLACE_NAMES
    for column, wanted in ((place.c.code, codes), (place.c.name, sorted(set(names) - set(codes)))):
        for few in in_parts(wanted, 500):
            for key, code in session.execute(select(column, place.c.code).where(column.in_(few))):
                found.setdefault(key, []).append(code)
    return found


def _read(
    one: TypedPairing, units: dict[str, int], places: dict[str, list[str]], today: date
) -> tuple[list[FieldError], GivenPairing | None]:
    errors = []
    unit_id, villages = units.get(one.unit), places.get(one.village, [])
    if unit_id is None:
        errors.append(FieldError(UNIT, NO_SUCH_UNIT, (("name", one.unit[:60]),), one.row))
    if len(villages) != 1:
        words = MANY_VILLAGES if villages else NO_SUCH_VILLAGE
        errors.append(FieldError(VILLAGE, words, (("name", one.village[:60]),), one.row))
    from_on = today
    if one.from_on:
        try:
            from_on = date.fromisoformat(one.from_on[:10])
        except ValueError:
            errors.append(FieldError(FROM, NOT_A_DAY, (), one.row))
    if len(one.basis) > LONGEST_BASIS:
        params = (("most", LONGEST_BASIS), ("length", len(one.basis)))
        errors.append(FieldError(BASIS, TOO_LONG, params, one.row))
    if errors or unit_id is None:
        return errors, None
    return [], GivenPairing(unit_id, villages[0], from_on, one.basis)


def paired_villages(session: Session, area: str, day: date) -> dict[int, set[str]]:
    """Unit → the villages of an area that it stands by on a day."""
    found: dict[int, set[str]] = {}
    here = Pairing.village_code.startswith(area, autoescape=True)
    rows = session.execute(select(Pairing.unit_id, Pairing.village_code).where(here, in_force(day)))
    for unit_id, village in rows:
        found.setdefault(unit_id, set()).add(village)
    return found
