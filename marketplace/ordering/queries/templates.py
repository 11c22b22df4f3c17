"""Lists that a unit or a person keeps, with today's prices."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import PERSON_NAMES
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.ordering.models import SavedList, SavedListLine
from marketplace.ordering.queries.basket import price_basket
from marketplace.ordering.queries.basket_views import Basket
from marketplace.ordering.rules.templates import may_see_list


@dataclass(frozen=True)
class ListRow:
    """A kept list as lists of lists show it."""

    id: int
    unit_id: int | None
    person_id: int | None
    name: str
    made_by_name: str
    made_at: datetime
    lines: int


@dataclass(frozen=True)
class KeptList:
    """One list with its goods as they are sold today."""

    row: ListRow
    basket: Basket


def list_lists(session: Session, unit_id: int | None, person_id: int | None) -> list[ListRow]:
    """The lists of a unit, or of a person, by their names."""
    rows = session.execute(_rows().where(_owned(unit_id, person_id)).order_by(SavedList.name))
    return [ListRow(*row) for row in rows]


def get_list(session: Session, identity: Identity, list_id: int, today: date) -> KeptList:
    """A list with its goods. Raises NotFound for whoever may not see it."""
    row = get_list_row(session, identity, list_id)
    return KeptList(row, price_basket(session, packs_of_list(session, list_id), today))


def get_list_row(session: Session, identity: Identity, list_id: int) -> ListRow:
    found = session.execute(_rows().where(SavedList.id == list_id)).one_or_none()
    if found is None or not may_see_list(identity, found.unit_id, found.person_id):
        raise NotFound
    return ListRow(*found)


def packs_of_list(session: Session, list_id: int) -> dict[int, int]:
    """Packs by variant, as they were put on the list."""
    rows = session.execute(
        select(SavedListLine.variant_id, SavedListLine.quantity)
        .where(SavedListLine.list_id == list_id)
        .order_by(SavedListLine.variant_id)
    )
    return dict(rows.all())


def packs_of_lists(
    session: Session, unit_id: int, person_id: int, most: int
) -> list[tuple[str, dict[int, int]]]:
    """(name, packs by variant) of a unit's lists and of a person's own, up to so many things."""
    rows = session.execute(
        select(SavedList.id, SavedList.name, SavedListLine.variant_id, SavedListLine.quantity)
        .join(SavedListLine, SavedListLine.list_id == SavedList.id)
        .where(or_(SavedList.unit_id == unit_id, SavedList.person_id == person_id))
        .order_by(SavedList.name, SavedList.id, SavedListLine.variant_id)
    )
    packs: dict[tuple[int, str], dict[int, int]] = defaultdict(dict)
    for list_id, name, variant_id, quantity in rows:
        packs[list_id, name][variant_id] = quantity
    return [(name, inside) for (_id, name), inside in packs.items() if len(inside) <= most]


def _owned(unit_id: int | None, person_id: int | None) -> ColumnElement[bool]:
    assert (unit_id is None) != (person_id is None), (unit_id, person_id)
    return SavedList.person_id == person_id if unit_id is None else SavedList.unit_id == unit_id


def _rows() -> Select[*tuple[Any, ...]]:
    lines = select(func.count()).where(SavedListLine.list_id == SavedList.id).correlate(SavedList)
    own = ("id", "unit_id", "person_id", "name")
    return select(
        *(getattr(SavedList, name) for name in own),
        PERSON_NAMES.c.name.label("made_by_name"),
        SavedList.made_at,
        lines.scalar_subquery(),
    ).join(PERSON_NAMES, PERSON_NAMES.c.id == SavedList.made_by)
