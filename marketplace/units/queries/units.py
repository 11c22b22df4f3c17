"""Reads of budget units."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CTE, Select, Subquery, func, select
from sqlalchemy.orm import Session, aliased

from marketplace.core.areas import code_in_area
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.core.paging import Page, PageRequest, in_parts
from marketplace.geography.rules import COUNTY_DIGITS, WIDE_AREAS, county_of
from marketplace.units.models import BudgetUnit, HeadcountRevision, OperationsCentre
from marketplace.units.queries.headcounts import unless_ended
from marketplace.units.queries.history import list_successors, placed_on
from marketplace.units.rules import CENTRE_SUFFIX, can_see_unit

# For packages above that join names to their own rows instead of asking once more for them.
UNIT_NAMES = select(BudgetUnit.id, BudgetUnit.name).subquery("unit_names")

# In which division each works.
UNIT_DIVISIONS = select(BudgetUnit.id, BudgetUnit.division_code).subquery("unit_divisions")

# In which county each works.
UNIT_COUNTIES = select(
    BudgetUnit.id, func.substr(BudgetUnit.division_code, 1, COUNTY_DIGITS).label("county_code")
).subquery("unit_counties")


def get_unit(session: Session, unit_id: int) -> BudgetUnit:
    """The unit; raises NotFound where there is none."""
    unit = session.get(BudgetUnit, unit_id)
    if unit is None:
        raise NotFound
    return unit


def get_visible_unit(session: Session, identity: Identity, unit_id: int) -> BudgetUnit:
    """The unit, where this person may see it; raises NotFound where not."""
    unit = get_unit(session, unit_id)
    if not _is_visible(session, identity, unit):
        raise NotFound
    return unit


def sees_unit(session: Session, identity: Identity, unit_id: int | None) -> bool:
    """Whether the page of a unit opens to this person; that of none to nobody."""
    return unit_id is not None and _is_visible(session, identity, get_unit(session, unit_id))


def _is_visible(session: Session, identity: Identity, unit: BudgetUnit) -> bool:
    # What a unit left behind is seen by those who took over from it.
    heirs = list_successors(session, unit.id) if unit.ended_on else ()
    return any(
        can_see_unit(identity, one, list_ancestors(session, one)) for one in (unit.id, *heirs)
    )


def find_unit(session: Session, name: str) -> BudgetUnit | None:
    return session.scalars(select(BudgetUnit).where(BudgetUnit.name == name)).one_or_none()


def ids_by_name(session: Session, names: Collection[str]) -> dict[str, int]:
    """Living units by their whole name; of those unknown there is nothing."""
    found: dict[str, int] = {}
    for few in in_parts(sorted(names), 500):
        rows = session.execute(
            select(BudgetUnit.name, BudgetUnit.id).where(
                BudgetUnit.name.in_(few), BudgetUnit.ended_on.is_(None)
            )
        )
        found.update((name, unit_id) for name, unit_id in rows)
    return found


def ids_called(session: Session, name: str) -> list[int]:
    """The living unit of a whole name."""
    return list(ids_by_name(session, [name]).values())


def find_units(session: Session, *unit_ids: int) -> Sequence[BudgetUnit]:
    """Those of the units that exist and have not ended."""
    if not unit_ids:
        return []
    living = select(BudgetUnit).where(BudgetUnit.id.in_(unit_ids), BudgetUnit.ended_on.is_(None))
    return session.scalars(living.order_by(BudgetUnit.id)).all()


def unit_ids_after(session: Session, after_id: int, most: int) -> Sequence[int]:
    """The next ids of units that have not ended, for whoever looks at all of them in batches."""
    living = select(BudgetUnit.id).where(BudgetUnit.id > after_id, BudgetUnit.ended_on.is_(None))
    return session.scalars(living.order_by(BudgetUnit.id).limit(most)).all()


def _tree(roots: Collection[int]) -> CTE:
    """The units and all that stand below them."""
    tree = select(BudgetUnit.id).where(BudgetUnit.id.in_(roots)).cte("tree", recursive=True)
    below = select(BudgetUnit.id).join(tree, BudgetUnit.parent_id == tree.c.id)
    return tree.union(below)


def subtree_of(unit_id: int) -> Select[int]:
    """The ids of a unit and all below it, to be used inside another query."""
    return select(_tree([unit_id]).c.id)


def subtree(session: Session, unit_id: int) -> list[int]:
    """The unit and all below it, each once."""
    return list(session.scalars(select(_tree([unit_id]).c.id)))


def list_ancestors(session: Session, unit_id: int) -> Sequence[int]:
    """Ids of the units above a unit, at any height; the unit itself is not among them."""
    line = (
        select(BudgetUnit.id, BudgetUnit.parent_id)
        .where(BudgetUnit.id == unit_id)
        .cte("line", recursive=True)
    )
    above = aliased(BudgetUnit)
    line = line.union(select(above.id, above.parent_id).join(line, above.id == line.c.parent_id))
    return session.scalars(select(line.c.id).where(line.c.id != unit_id)).all()


def is_above(session: Session, unit_ids: Collection[int], below_id: int) -> bool:
    """Whether one of the units is the other, or stands above it in the tree."""
    if not unit_ids:
        return False
    tree = _tree(unit_ids)
    return session.scalar(select(tree.c.id).where(tree.c.id == below_id)) is not None


@dataclass(frozen=True)
class UnitRow:
    """A unit as lists show it."""

    id: int
    name: str
    level: int
    parent_id: int | None
    division_code: str


def _rows() -> Select[*tuple[Any, ...]]:
    return select(*(getattr(BudgetUnit, name) for name in UnitRow.__dataclass_fields__)).where(
        BudgetUnit.ended_on.is_(None)
    )


def subordinates(session: Session, unit_id: int) -> list[UnitRow]:
    """The units directly below one, by name."""
    rows = session.execute(_rows().where(BudgetUnit.parent_id == unit_id).order_by(BudgetUnit.name))
    return [UnitRow(*row) for row in rows]


def list_units(
    session: Session,
    page: PageRequest,
    *,
    among: Collection[int] | None = None,
    name: str = "",
    area: str = "",
) -> Page[UnitRow]:
    """Units by level and name; `among` keeps those that the person may see."""
    rows = _rows().where(*code_in_area(BudgetUnit.division_code, area))
    if among is not None:
        rows = rows.where(BudgetUnit.id.in_(among))
    if name:
        rows = rows.where(BudgetUnit.name.contains(name, autoescape=True))
    total = session.scalar(select(func.count()).select_from(rows.subquery())) or 0
    found = session.execute(
        rows.order_by(BudgetUnit.level, BudgetUnit.name).offset(page.offset).limit(page.per_page)
    )
    return Page([UnitRow(*row) for row in found], page.page, page.per_page, total)


def counties_with_units(session: Session, area: str) -> list[str]:
    """The six digits of every county of an area that has units."""
    county = func.substr(BudgetUnit.division_code, 1, COUNTY_DIGITS)
    here = code_in_area(BudgetUnit.division_code, area)
    return list(session.scalars(select(county).where(*here).distinct().order_by(county)))


def names_of(session: Session, unit_ids: Collection[int]) -> dict[int, str]:
    """Names of units by id."""
    if not unit_ids:
        return {}
    rows = session.execute(
        select(BudgetUnit.id, BudgetUnit.name).where(BudgetUnit.id.in_(unit_ids))
    )
    return {row.id: row.name for row in rows}


def find_centre(session: Session, county_code: str) -> OperationsCentre | None:
    """The operations centre of a county, by the six digits of its code."""
    wanted = select(OperationsCentre).where(OperationsCentre.county_code == county_of(county_code))
    return session.scalars(wanted).one_or_none()


def list_centres_over(session: Session, division_code: str) -> Sequence[OperationsCentre]:
    """The operations centre of a county, and those of the areas around it."""
    county = county_of(division_code)
    around = [county[:digits] for digits in range(0, len(county) + 1, 2)]
    wanted = select(OperationsCentre).where(OperationsCentre.county_code.in_(around))
    return session.scalars(wanted.order_by(OperationsCentre.id)).all()


def find_centre_over(session: Session, division_code: str) -> OperationsCentre | None:
    """The centre of a county, or else that of the smallest area around it that has one."""
    over = list_centres_over(session, division_code)
    return max(over, key=lambda centre: len(centre.county_code), default=None)


def get_centre_by_id(session: Session, centre_id: int) -> OperationsCentre:
    """The operations centre; raises NotFound where there is none."""
    centre = session.get(OperationsCentre, centre_id)
    if centre is None:
        raise NotFound
    return centre


def get_centre(session: Session, county_code: str) -> OperationsCentre:
    """The operations centre of a county; raises NotFound where there is none."""
    centre = find_centre(session, county_code)
    if centre is None:
        raise NotFound
    return centre


def names_of_areas(session: Session) -> dict[str, str]:
    """Areas by their digits: provinces by name, others as their centre calls itself, without
    what it is for."""
    rows = session.execute(select(OperationsCentre.county_code, OperationsCentre.name))
    return WIDE_AREAS | {code: name.removesuffix(CENTRE_SUFFIX) for code, name in rows if code}


def centre_names_of(session: Session, centre_ids: Collection[int]) -> dict[int, str]:
    """Names of operations centres by id."""
    rows = session.execute(
        select(OperationsCentre.id, OperationsCentre.name).where(
            OperationsCentre.id.in_(centre_ids)
        )
    )
    return {row.id: row.name for row in rows}


def centre_ids_called(session: Session, name: str) -> list[int]:
    """Operations centres of a whole name."""
    wanted = select(OperationsCentre.id).where(OperationsCentre.name == name)
    return list(session.scalars(wanted.order_by(OperationsCentre.id)))


def select_units(day: date, *, with_ended: bool = False) -> Subquery:
    """Every unit of a day with its name and headcount, for tables that packages above sort and
    join; on demand also those that had ended by then, as they stood last."""
    headcount = (
        select(HeadcountRevision.headcount)
        .where(HeadcountRevision.unit_id == BudgetUnit.id, HeadcountRevision.effective_on <= day)
        .order_by(HeadcountRevision.effective_on.desc())
        .limit(1)
        .correlate(BudgetUnit)
        .scalar_subquery()
    )
    placed = placed_on(day, with_ended=with_ended)
    return (
        select(
            BudgetUnit.id,
            placed.c.name,
            BudgetUnit.level,
            BudgetUnit.division_code,
            unless_ended(func.coalesce(headcount, 0), day).label("headcount"),
            placed.c.has_ended,
        )
        .join(placed, placed.c.unit_id == BudgetUnit.id)
        .subquery("units_of_a_day")
    )


def list_counties(session: Session) -> list[str]:
    """The counties that have an operations centre, by their six digits."""
    codes = session.scalars(select(OperationsCentre.county_code))
    return sorted({code for code in codes if len(code) == COUNTY_DIGITS})
