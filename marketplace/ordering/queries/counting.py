"""Whether an order counts for its unit, by which rule, and what is missing where it does not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.ordering.queries.views import LineView, OrderView
from marketplace.ordering.rules import EXITS, Missing, missing_for_completion
from marketplace.quota.queries import counted_of_order, rules_in_force
from marketplace.quota.rules import CountedLine, Obstacle, RecognitionPoint, Rule, obstacle
from marketplace.units.queries import get_unit

# What a rule does not wait for, by the point at which it counts.
_NOT_AWAITED = {
    RecognitionPoint.PLACED: set(Missing) - {Missing.APPROVAL},
    RecognitionPoint.PAID: set(Missing) - {Missing.APPROVAL, Missing.PAYMENT},
    RecognitionPoint.ACCEPTED: {Missing.PAYMENT},
    RecognitionPoint.COMPLETED: set(),
}


@dataclass(frozen=True)
class LineWord:
    """What a rule says of a line: an amount that counts, or the reasons why not."""

    product_name: str
    line_fen: int
    counted_fen: int
    missing: tuple[str, ...]


@dataclass(frozen=True)
class RuleWord:
    """What a rule says of an order, line by line."""

    name: str
    recognition_point: str
    lines: tuple[LineWord, ...]
    # Freight that counts, where the rule says so.
    freight_fen: int = 0


@dataclass(frozen=True)
class Counting:
    """`counted_fen` is what counts under the rule that counts most of it."""

    counts: bool
    missing: tuple[str, ...]
    counted_fen: int
    rules: tuple[RuleWord, ...] = ()


def recognises_at(session: Session, unit_id: int, point: str, year: int) -> bool:
    """Whether any rule of the unit's year counts at this point already."""
    rules = rules_in_force(session, year, get_unit(session, unit_id).division_code)
    return any(rule.recognition_point == point for rule in rules)


def counting_of(session: Session, order: OrderView, today: date) -> Counting:
    """What the quota says of an order: an amount, or the conditions still missing."""
    if order.unit_id is None:
        return _privately(session, order)
    if order.state in EXITS:
        return Counting(counts=False, missing=("ended",), counted_fen=0)
    rules = _rules_of(session, order, today)
    counted = counted_of_order(session, order.id)
    words = tuple(_word(rule, order, counted) for rule in rules)
    counted_fen = _most(counted)
    if counted_fen > 0:
        return Counting(counts=True, missing=(), counted_fen=counted_fen, rules=words)
    missing = (*_steps(order), *_obstacles(rules, order))
    return Counting(counts=False, missing=missing, counted_fen=0, rules=words)


def _privately(session: Session, order: OrderView) -> Counting:
    """An individual's order counts where its buyer wished it to count for their unit."""
    counted_fen = _most(counted_of_order(session, order.id))
    if counted_fen > 0:
        return Counting(counts=True, missing=(), counted_fen=counted_fen)
    return Counting(counts=False, missing=("not_a_unit_order",), counted_fen=0)


def _most(counted: Mapping[tuple[str, int], int]) -> int:
    """What counts under the rule that counts most."""
    by_code: dict[str, int] = {}
    for (code, _line), amount_fen in counted.items():
        by_code[code] = by_code.get(code, 0) + amount_fen
    return max(by_code.values(), default=0)


def _rules_of(session: Session, order: OrderView, today: date) -> list[Rule]:
    assert order.unit_id is not None
    day = day_of(order.completed_at) if order.completed_at else today
    return rules_in_force(session, day.year, get_unit(session, order.unit_id).division_code)


def _steps(order: OrderView) -> tuple[str, ...]:
    paid_fen = order.paid_fen - order.refunded_fen
    return missing_for_completion(order.state, order.payable_fen, paid_fen, order.payment_terms)


def _word(rule: Rule, order: OrderView, counted: Mapping[tuple[str, int], int]) -> RuleWord:
    not_awaited = _NOT_AWAITED[RecognitionPoint(rule.recognition_point)]
    steps = tuple(step for step in _steps(order) if step not in not_awaited)
    lines = []
    for line in order.lines:
        counted_fen = counted.get((rule.code, line.id), 0)
        reasons = () if counted_fen else _reasons(rule, order, line, steps)
        lines.append(LineWord(line.product_name, line.line_fen, counted_fen, reasons))
    freight_fen = counted.get((rule.code, 0), 0)
    return RuleWord(rule.name, rule.recognition_point, tuple(lines), freight_fen)


def _reasons(
    rule: Rule, order: OrderView, line: LineView, steps: tuple[str, ...]
) -> tuple[str, ...]:
    """Why a line does not count under a rule: what can never change, else what is awaited."""
    never = obstacle(rule, order.fund, CountedLine(line.id, line.line_fen, line.is_certified, ()))
    if never is not None:
        return (never,)
    if order.accepted_at and line.accepted_fen == 0:
        return ("not_accepted",)
    if line.accepted_fen and line.refunded_fen >= line.accepted_fen:
        return ("given_back",)
    return steps


def _obstacles(rules: list[Rule], order: OrderView) -> tuple[str, ...]:
    """What would keep the order from counting even when it is complete."""
    if not rules:
        return ("no_rule",)
    listing = [rule for rule in rules if order.fund in rule.funds]
    if not listing:
        return (Obstacle.FUND,)
    certified = any(line.is_certified for line in order.lines)
    if not certified and all(rule.certificate_required for rule in listing):
        return (Obstacle.CERTIFICATE,)
    return ()
