"""What a year's completed orders would count under a rule that is not in force."""

from datetime import datetime

from sqlalchemy import func, not_, or_, select
from sqlalchemy.orm import Session

from marketplace.core.money import Fen
from marketplace.ordering.models import Order, OrderLine, OrderLineOrigin, Purchase
from marketplace.ordering.rules import OrderState
from marketplace.quota.rules import Rule


def bought_by_unit(
    session: Session, rule: Rule, begins_at: datetime, ends_at: datetime
) -> dict[int, Fen]:
    """What was completed between two instants and kept, as far as the rule's conditions let it
    count, by the unit that bought it."""
    conditions = [
        Order.state == OrderState.COMPLETED,
        Order.unit_id.is_not(None),
        Order.completed_at >= begins_at,
        Order.completed_at < ends_at,
        Purchase.fund.in_(rule.funds),
    ]
    if rule.certificate_required:
        conditions.append(OrderLine.is_certified.is_(True))
    if rule.origin_prefixes:
        inside = or_(
            *(OrderLineOrigin.village_code.startswith(prefix) for prefix in rule.origin_prefixes)
        )
        elsewhere = select(OrderLineOrigin.order_line_id).where(
            OrderLineOrigin.order_line_id == OrderLine.id, not_(inside)
        )
        conditions.append(~elsewhere.exists())
    rows = session.execute(
        select(Order.unit_id, func.sum(OrderLine.accepted_fen - OrderLine.refunded_fen))
        .join(Purchase, Purchase.id == Order.purchase_id)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(*conditions)
        .group_by(Order.unit_id)
    )
    return {unit_id: Fen(amount_fen) for unit_id, amount_fen in rows if unit_id is not None}
