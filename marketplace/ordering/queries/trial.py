"""What a year's completed orders would count under a rule that is not in force."""

from datetime import datetime

from sqlalchemy import case, func, not_, or_, select
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
    kept = func.sum(OrderLine.accepted_fen - OrderLine.refunded_fen)
    # An order's freight counts once, with the goods of it that do.
    freight = case((kept > 0, Order.freight_fen), else_=0) if rule.freight_counts else 0
    orders = (
        select(Order.unit_id, (kept + freight).label("fen"))
        .join(Purchase, Purchase.id == Order.purchase_id)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(*conditions)
        .group_by(Order.id, Order.unit_id, Order.freight_fen)
        .subquery()
    )
    rows = session.execute(
        select(orders.c.unit_id, func.sum(orders.c.fen)).group_by(orders.c.unit_id)
    )
    return {unit_id: Fen(int(fen)) for unit_id, fen in rows if unit_id is not None}
