"""Units in time: how the tree stood on a day, who succeeded whom, and what changed when."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, Subquery, and_, case, or_, select
from sqlalchemy.orm import Session, aliased

from marketplace.units.models import BudgetUnit, UnitPlacement, UnitSuccession
from marketplace.units.rules import UnitEnded


@dataclass(frozen=True)
class PlacementView:
    """A stretch of a unit's history, as its page at the desk shows it."""

    name: str
    parent_name: str
    from_on: date
    until_on: date | None
    reason: str


@dataclass(frozen=True)
class Succession:
    """Another unit in a unit's line: one it took over from, or one that took over from it."""

    unit_id: int
    name: str
    kind: str
    on_day: date


def placed_on(day: date, *, with_ended: bool = False) -> Subquery:
    """How each unit stood on a day: name and supervisor. With those that had ended by then, each
    in the place where it stood last: what counted for it is not lost from there."""
    row = UnitPlacement
    in_force = and_(row.from_on <= day, or_(row.until_on.is_(None), row.until_on > day))
    stood_last = and_(row.until_on == BudgetUnit.ended_on, row.until_on <= day)
    return (
        select(
            row.unit_id,
            row.name,
            row.parent_id,
            case((stood_last, 1), else_=0).label("has_ended"),
        )
        .join(BudgetUnit, BudgetUnit.id == row.unit_id)
        .where(or_(in_force, stood_last) if with_ended else in_force)
        .subquery("placed_on_a_day")
    )


def select_subtree_on(unit_id: int, day: date) -> Select[int]:
    """The ids of the unit and all that stood below it on a day, each once; also of those that had
    ended by then, where they stood last."""
    placed = placed_on(day, with_ended=True)
    tree = select(BudgetUnit.id).where(BudgetUnit.id == unit_id).cte("tree_then", recursive=True)
    below = select(placed.c.unit_id).join(tree, placed.c.parent_id == tree.c.id)
    return select(tree.union(below).c.id)


def _line(session: Session, unit_id: int, *, back: bool) -> list[int]:
    """Ids along the line of successions, at any distance, the unit itself left out."""
    row = UnitSuccession
    start, to = (row.successor_id, row.predecessor_id)
    if not back:
        start, to = to, start
    line = select(to.label("id")).where(start == unit_id).cte("line_of_units", recursive=True)
    line = line.union(select(to).join(line, start == line.c.id))
    return list(session.scalars(select(line.c.id).where(line.c.id != unit_id)))


def list_successors(session: Session, unit_id: int) -> list[int]:
    """Ids of the units that took over from one, and of those that took over from them."""
    return _line(session, unit_id, back=False)


def list_predecessors(session: Session, unit_id: int) -> list[Succession]:
    """The units that a unit took over from, at any distance, the latest first; each once, also
    where it was split and its parts became one again."""
    ids = _line(session, unit_id, back=True)
    rows = session.execute(
        select(BudgetUnit.id, BudgetUnit.name, UnitSuccession.kind, UnitSuccession.on_day)
        .join(UnitSuccession, UnitSuccession.predecessor_id == BudgetUnit.id)
        .where(BudgetUnit.id.in_(ids), UnitSuccession.successor_id.in_([unit_id, *ids]))
        .order_by(UnitSuccession.on_day.desc(), BudgetUnit.id)
    )
    found = {row.id: Succession(row.id, row.name, row.kind, row.on_day) for row in rows}
    return list(found.values())


def heirs_of(session: Session, unit_id: int) -> list[Succession]:
    """The units that took over from a unit directly."""
    rows = session.execute(
        select(BudgetUnit.id, BudgetUnit.name, UnitSuccession.kind, UnitSuccession.on_day)
        .join(UnitSuccession, UnitSuccession.successor_id == BudgetUnit.id)
        .where(UnitSuccession.predecessor_id == unit_id)
        .order_by(BudgetUnit.id)
    )
    return [Succession(row.id, row.name, row.kind, row.on_day) for row in rows]


def require_living(session: Session, unit_id: int) -> None:
    """A unit that ended does nothing new. Raises UnitEnded, which names who took over."""
    unit = session.get_one(BudgetUnit, unit_id)
    if unit.ended_on is not None:
        heirs = "、".join(heir.name for heir in heirs_of(session, unit_id))
        raise UnitEnded(name=unit.name, day=unit.ended_on, successors=heirs)


def list_placements(session: Session, unit_id: int) -> list[PlacementView]:
    """A unit's names and supervisors, the latest first."""
    above, row = aliased(BudgetUnit), UnitPlacement
    rows = session.execute(
        select(row, above.name)
        .outerjoin(above, above.id == row.parent_id)
        .where(row.unit_id == unit_id)
        .order_by(row.from_on.desc())
    )
    return [
        PlacementView(one.name, parent or "", one.from_on, one.until_on, one.reason)
        for one, parent in rows
    ]
