"""What units have ordered and what a rule does not count yet."""

from sqlalchemy.orm import Session

from marketplace.core.areas import within
from marketplace.ordering.models import Order
from marketplace.ordering.queries.waiting import select_on_their_way, waiting_orders, would_count
from marketplace.quota.rules import Rule


def waiting_by_unit(session: Session, rule: Rule, area: str) -> dict[int, int]:
    """What the orders on their way would still count under a rule, for each unit of an area: the
    same figure as on the unit's own page."""
    found = select_on_their_way(Order.unit_id.in_(within("budget_unit", area)))
    rows = session.execute(found).all()
    waiting: dict[int, int] = {}
    for row, order in zip(rows, waiting_orders(session, rows), strict=True):
        unit_id = row.Order.unit_id
        waiting[unit_id] = waiting.get(unit_id, 0) + would_count(rule, order)
    return {unit_id: fen for unit_id, fen in waiting.items() if fen}
