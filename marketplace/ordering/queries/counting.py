"""Whether one order counts for its unit, how much, and what is missing where it does not."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.ordering.queries.views import OrderView
from marketplace.ordering.rules import EXITS, missing_for_completion
from marketplace.quota.queries import counted_of_order, rules_in_force
from marketplace.quota.rules import Obstacle
from marketplace.units.queries import get_unit


@dataclass(frozen=True)
class Counting:
    """`counted_fen` is what counts under the rule that counts most of it."""

    counts: bool
    missing: tuple[str, ...]
    counted_fen: int


def counting_of(session: Session, order: OrderView, today: date) -> Counting:
    """What the quota says of an order: an amount, or the conditions still missing."""
    if order.unit_id is None:
        return Counting(counts=False, missing=("not_a_unit_order",), counted_fen=0)
    if order.state in EXITS:
        return Counting(counts=False, missing=("ended",), counted_fen=0)
    counted_fen = max(counted_of_order(session, order.id).values(), default=0)
    if counted_fen > 0:
        return Counting(counts=True, missing=(), counted_fen=counted_fen)
    paid_fen = order.paid_fen - order.refunded_fen
    steps = missing_for_completion(order.state, order.payable_fen, paid_fen)
    return Counting(
        counts=False, missing=(*steps, *_obstacles(session, order, today)), counted_fen=0
    )


def _obstacles(session: Session, order: OrderView, today: date) -> tuple[str, ...]:
    """What would keep the order from counting even when it is complete."""
    assert order.unit_id is not None
    day = day_of(order.completed_at) if order.completed_at else today
    division = get_unit(session, order.unit_id).division_code
    rules = rules_in_force(session, day.year, division)
    if not rules:
        return ("no_rule",)
    listing = [rule for rule in rules if order.fund in rule.funds]
    if not listing:
        return (Obstacle.FUND,)
    certified = any(line.is_certified for line in order.lines)
    if not certified and all(rule.certificate_required for rule in listing):
        return (Obstacle.CERTIFICATE,)
    return ()
