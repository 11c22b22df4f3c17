"""Lines of orders as far as commission asks: what is left of them, and how far they have come."""

from datetime import datetime

from sqlalchemy import ColumnElement, Subquery, and_, case, exists, select

from marketplace.ordering.models import Order, OrderLine, Refund
from marketplace.ordering.queries.worth import KEPT
from marketplace.ordering.rules import EXITS
from marketplace.ordering.rules.aftersale import LONGEST_WINDOW


def is_ripe(now: datetime) -> ColumnElement[bool]:
    """The after-sale time of an order has passed, and no request is open."""
    waits = exists().where(Refund.order_id == Order.id, Refund.state == "REQUESTED")
    return and_(Order.accepted_at <= now - LONGEST_WINDOW, ~waits)


def lines_on_the_road(now: datetime) -> Subquery:
    """Every line with its order's number (never the buyer), what is left to be sold of it, and
    whether its order left the road, was accepted, or is ripe (1 or 0)."""
    accepted = Order.accepted_at.is_not(None)
    left = Order.state.in_(EXITS)
    return (
        select(
            OrderLine.id.label("line_id"),
            Order.id.label("order_id"),
            Order.number,
            OrderLine.product_name,
            case((left, 0), else_=KEPT).label("net_fen"),
            case((left, 1), else_=0).label("left"),
            case((accepted, 1), else_=0).label("accepted"),
            case((is_ripe(now), 1), else_=0).label("ripe"),
        )
        .join(Order, Order.id == OrderLine.order_id)
        .subquery("road")
    )
