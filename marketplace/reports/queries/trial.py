"""A rule tried before it is published: what would change for which unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.clock import start_of
from marketplace.filings.queries import plans_of
from marketplace.ordering.queries.trial import bought_by_unit
from marketplace.quota.queries import as_rule, get_rule, rules_in_force, select_counted
from marketplace.quota.rules import Bases, Rule, target_fen
from marketplace.reports.rules import EVERY_UNIT
from marketplace.units.queries import headcounts_on, list_units


@dataclass(frozen=True)
class Effect:
    """A unit under the rule as it is (0 where there is none) and as it would be."""

    unit_id: int
    name: str
    target_before_fen: int
    target_after_fen: int
    # What counts stays counted; the other figure is the whole year told by the new text.
    counted_fen: int
    whole_year_fen: int

    @property
    def gap_after_fen(self) -> int:
        return max(0, self.target_after_fen - self.counted_fen)

    @property
    def changes(self) -> bool:
        same_target = self.target_before_fen == self.target_after_fen
        return not same_target or self.counted_fen != self.whole_year_fen


@dataclass(frozen=True)
class Trial:
    """All units of the rule's area, those that change most first."""

    effects: tuple[Effect, ...]

    @property
    def changed(self) -> int:
        return sum(effect.changes for effect in self.effects)

    @property
    def target_before_fen(self) -> int:
        return sum(effect.target_before_fen for effect in self.effects)

    @property
    def target_after_fen(self) -> int:
        return sum(effect.target_after_fen for effect in self.effects)


def try_rule(session: Session, rule_id: int, today: date) -> Trial:
    """What a draft would change, from the orders and filings there are. Nothing is written."""
    draft = as_rule(get_rule(session, rule_id))
    units = [
        unit
        for unit in list_units(session, EVERY_UNIT).items
        if unit.division_code.startswith(draft.area)
    ]
    ids = [unit.id for unit in units]
    heads = headcounts_on(session, ids, min(today, date(draft.year, 12, 31)))
    plans = plans_of(session, ids, draft.year)
    old = _in_force(session, draft)
    counted = _counted(session, old, draft.year)
    last_year = _counted_last_year(session, draft)
    bought = bought_by_unit(
        session,
        draft,
        start_of(date(draft.year, 1, 1)),
        start_of(date(draft.year + 1, 1, 1)),
    )
    effects = []
    for unit in units:
        bases = Bases(
            heads[unit.id], *plans.get(unit.id, (0, 0)), last_year_fen=last_year.get(unit.id, 0)
        )
        covered = old is not None and unit.division_code.startswith(old.area)
        effects.append(
            Effect(
                unit_id=unit.id,
                name=unit.name,
                target_before_fen=target_fen(old, bases) if old and covered else 0,
                target_after_fen=target_fen(draft, bases),
                counted_fen=counted.get(unit.id, 0),
                whole_year_fen=bought.get(unit.id, 0),
            )
        )
    effects.sort(key=lambda one: (-abs(one.target_after_fen - one.target_before_fen), one.unit_id))
    return Trial(tuple(effects))


def _in_force(session: Session, draft: Rule) -> Rule | None:
    """The version that the draft would follow."""
    rules = rules_in_force(session, draft.year, draft.area)
    return next((rule for rule in rules if rule.code == draft.code), None)


def _counted(session: Session, rule: Rule | None, year: int) -> Mapping[int, int]:
    if rule is None:
        return {}
    table = select_counted(rule.rule_id, year)
    rows = session.execute(select(table.c.unit_id, table.c.counted_fen))
    return {row.unit_id: row.counted_fen for row in rows}


def _counted_last_year(session: Session, draft: Rule) -> Mapping[int, int]:
    rules = rules_in_force(session, draft.year - 1, draft.area)
    rule = next((rule for rule in rules if rule.code == draft.code), None)
    return _counted(session, rule, draft.year - 1)
