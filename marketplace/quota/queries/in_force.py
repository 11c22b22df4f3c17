"""The rules that hold: of a year, of a division, of a unit; and what they counted already."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from marketplace.core.db import kept_in_transaction
from marketplace.quota.models import QuotaEntry, QuotaRule
from marketplace.quota.rules import EntryKind, Rule, in_force
from marketplace.units.queries import UNIT_DIVISIONS

_KEPT = "rules in force"


def as_rule(row: QuotaRule) -> Rule:
    """A version as the sums ask about it; also one that is not in force yet."""
    return Rule(
        rule_id=row.id,
        code=row.code,
        name=row.name,
        year=row.year,
        basis=row.basis,
        amount_fen=row.amount_fen,
        ratio_ppm=row.ratio_ppm,
        area=row.area,
        funds=frozenset(row.funds.split(",")),
        certificate_required=row.certificate_required,
        origin_prefixes=tuple(prefix for prefix in row.origin_prefixes.split(",") if prefix),
        recognition_point=row.recognition_point,
        freight_counts=row.freight_counts,
        is_hard=row.is_hard,
        legal_reference=row.legal_reference,
    )


def rules_in_force(session: Session, year: int, division_code: str) -> list[Rule]:
    """The newest published version of each rule of a year that covers the division."""
    return rules_by_division(session, year, [division_code])[division_code]


def rules_moved_to(session: Session, years: tuple[int, int], division_code: str) -> list[Rule]:
    """The rules under which what counted in a year (the first) is entered in another one: its own,
    and where it has none of a code yet, those of the year before."""
    before, year = years
    found = rules_in_force(session, year, division_code)
    known = {rule.code for rule in found}
    earlier = rules_in_force(session, before, division_code)
    return [*found, *(rule for rule in earlier if rule.code not in known)]


def rules_by_division(session: Session, year: int, codes: Collection[str]) -> dict[str, list[Rule]]:
    """The same of several divisions."""
    newest = _newest_versions(session, year)
    return {code: in_force(newest, code) for code in codes}


def _newest_versions(session: Session, year: int) -> list[Rule]:
    """Asked of the database once a transaction: one order asks several times on its way."""
    kept = kept_in_transaction(session, _KEPT)
    if year not in kept:
        rows = session.scalars(
            select(QuotaRule)
            .where(QuotaRule.year == year, QuotaRule.published_at.is_not(None))
            .order_by(QuotaRule.code, QuotaRule.version)
        )
        kept[year] = list({row.code: as_rule(row) for row in rows}.values())
    found: list[Rule] = kept[year]
    return found


def forget_rules(session: Session) -> None:
    """What was just published is read anew."""
    session.info.pop(_KEPT, None)


@dataclass(frozen=True)
class RulesOfUnit:
    """Where a unit works, the rules it stands under in a year, and the (line, code of a rule) of
    order lines that a version of the rule has counted."""

    division_code: str
    rules: list[Rule]
    counted: frozenset[tuple[int, str]]


def rules_of_unit(
    session: Session, unit_id: int, year: int, order_line_ids: Sequence[int]
) -> RulesOfUnit:
    """All that counting an order asks for, in one statement."""
    counted = _counted(order_line_ids).subquery("counted")
    unit = UNIT_DIVISIONS
    of_year = and_(QuotaRule.year == year, QuotaRule.published_at.is_not(None))
    rows = session.execute(
        select(unit.c.division_code, QuotaRule, counted.c.order_line_id)
        .select_from(unit)
        .outerjoin(QuotaRule, of_year)
        .outerjoin(counted, counted.c.code == QuotaRule.code)
        .where(unit.c.id == unit_id)
        .order_by(QuotaRule.code, QuotaRule.version)
    ).all()
    division_code = rows[0].division_code
    newest = {rule.code: rule for _division, rule, _line in rows if rule is not None}
    known = frozenset((line, rule.code) for _division, rule, line in rows if line is not None)
    in_year = [as_rule(rule) for rule in newest.values()]
    return RulesOfUnit(division_code, in_force(in_year, division_code), known)


def counted_already(session: Session, order_line_ids: Sequence[int]) -> set[tuple[int, str]]:
    """(line, code of a rule) of lines that a version of the rule has counted."""
    rows = session.execute(_counted(order_line_ids))
    return {(line_id, code) for line_id, code in rows if line_id is not None}


def _counted(order_line_ids: Sequence[int]) -> Select[int | None, str]:
    return (
        select(QuotaEntry.order_line_id, QuotaRule.code)
        .join(QuotaRule, QuotaRule.id == QuotaEntry.rule_id)
        .where(QuotaEntry.order_line_id.in_(order_line_ids), QuotaEntry.kind == EntryKind.SALE)
    )
