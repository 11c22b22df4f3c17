"""A unit with those it took over from: their years, and what all of them come to together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from marketplace.quota.queries import counted_by_rule
from marketplace.units.queries import Succession, get_unit, heirs_of, list_predecessors


@dataclass(frozen=True)
class PastYear:
    """What counted for a predecessor in a year, by rule. Its entries stay with it."""

    unit: Succession
    counted_fen: Mapping[int, int]


@dataclass(frozen=True)
class Line:
    """Where a unit came from and where it went."""

    predecessors: tuple[PastYear, ...]
    # What counts for the unit and its predecessors together, by rule.
    together_fen: Mapping[int, int]
    ended_on: date | None
    heirs: tuple[Succession, ...]


def line_of(session: Session, unit_id: int, year: int) -> Line:
    """The unit's predecessors in a year, at any distance, and its successors."""
    past = tuple(
        PastYear(one, counted_by_rule(session, one.unit_id, year))
        for one in list_predecessors(session, unit_id)
    )
    together: dict[int, int] = {**counted_by_rule(session, unit_id, year)}
    for one in past:
        for rule_id, amount_fen in one.counted_fen.items():
            together[rule_id] = together.get(rule_id, 0) + amount_fen
    ended_on = get_unit(session, unit_id).ended_on
    return Line(past, together, ended_on, tuple(heirs_of(session, unit_id)))
