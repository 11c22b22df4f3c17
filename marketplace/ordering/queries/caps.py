"""Caps that a purchase would exceed, with what counts already and what is on its way."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from marketplace.ordering.queries.waiting import WaitingOrder, list_waiting, would_count
from marketplace.ordering.rules import OrderState
from marketplace.quota.queries import counted_by_rule, rules_in_force
from marketplace.quota.rules import Bases, Basis, Rule, target_fen
from marketplace.units.queries import get_unit, headcount_on


@dataclass(frozen=True)
class ExceededCap:
    """By how much a cap would be exceeded; a hard one forbids it, a soft one only warns."""

    name: str
    cap_fen: int
    over_fen: int
    is_hard: bool


def caps_of(session: Session, unit_id: int, fund: str, today: date) -> list[Rule]:
    """The caps of the year that the spending of a fund stands under."""
    rules = rules_in_force(session, today.year, get_unit(session, unit_id).division_code)
    return [rule for rule in rules if rule.basis == Basis.PER_HEAD_CAP and fund in rule.funds]


def list_exceeded(
    session: Session, unit_id: int, purchase_id: int, fund: str, today: date
) -> list[ExceededCap]:
    """The caps that would be exceeded if this purchase were approved now."""
    caps = caps_of(session, unit_id, fund, today)
    if not caps:
        return []
    counted = counted_by_rule(session, unit_id, today.year)
    bases = Bases(headcount_on(session, unit_id, today))
    taken = [one for one in list_waiting(session, unit_id, most=None) if _takes(one, purchase_id)]
    found = []
    for rule in caps:
        waiting_fen = sum(would_count(rule, one) for one in taken)
        cap_fen = target_fen(rule, bases)
        over_fen = counted.get(rule.rule_id, 0) + waiting_fen - cap_fen
        if over_fen > 0:
            found.append(ExceededCap(rule.name, cap_fen, over_fen, rule.is_hard))
    return found


def _takes(order: WaitingOrder, purchase_id: int) -> bool:
    """What was placed, and this purchase; others that wait for approval have no claim yet."""
    return order.purchase_id == purchase_id or order.state != OrderState.DRAFT
