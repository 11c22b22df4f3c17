"""What lines of orders are worth as things stand: a table for others to join and add up."""

from sqlalchemy import BigInteger, ScalarSelect, case, cast, extract, func, select

from marketplace.ordering.models import Order, OrderEvent, OrderLine, OrderLineOrigin
from marketplace.ordering.rules import EXITS, ROAD

# As many events as can be written while a transaction is still open that numbered its own before.
RECENT = 1_000

_LEFT = Order.state.in_((*EXITS, ROAD[0]))
_IS_ACCEPTED = Order.accepted_at.is_not(None)
# What was accepted once it was accepted, and until then what was ordered less what both sides know
# will not come.
_BOUGHT = case(
    (_IS_ACCEPTED, OrderLine.accepted_fen),
    else_=OrderLine.line_fen - OrderLine.short_quantity * OrderLine.unit_price_fen,
)
# Less what was given back: what is still going to be bought of a line of an order on its way.
KEPT = _BOUGHT - OrderLine.refunded_fen
# Nothing once the order left the road.
_SOLD = case((_LEFT, 0), else_=_BOUGHT)
_PACKS = case(
    (_LEFT, 0),
    (_IS_ACCEPTED, OrderLine.accepted_quantity - OrderLine.refunded_quantity),
    else_=OrderLine.quantity - OrderLine.short_quantity,
)
WORTH = (
    select(
        OrderLine.id.label("line_id"),
        OrderLine.order_id,
        Order.number,
        Order.state,
        Order.placed_at,
        # Minutes since 1970 in UTC.
        (cast(extract("epoch", Order.placed_at), BigInteger) // 60).label("minute"),
        OrderLine.product_id,
        OrderLine.product_name,
        OrderLine.variant_name,
        OrderLine.quantity,
        OrderLine.unit_price_fen,
        OrderLine.line_fen.label("ordered_fen"),
        OrderLine.accepted_fen,
        (OrderLine.rejected_quantity * OrderLine.unit_price_fen).label("rejected_fen"),
        OrderLine.refunded_fen,
        _PACKS.label("packs"),
        _SOLD.label("sold_fen"),
        # Less what was given back. A refund leaves the order where it is.
        (_SOLD - OrderLine.refunded_fen).label("worth_fen"),
    )
    .join(Order, Order.id == OrderLine.order_id)
    .subquery("worth")
)
# The villages of lines, as frozen when their stock was reserved.
ORIGINS = select(OrderLineOrigin.order_line_id, OrderLineOrigin.village_code).subquery("origins")


def newest_event() -> ScalarSelect[int]:
    return select(func.coalesce(func.max(OrderEvent.id), 0)).scalar_subquery()


def recent_events() -> ScalarSelect[int]:
    """How many of the latest numbers have an event: it changes also when one is written late
    under a number that was given out before."""
    return (
        select(func.count(OrderEvent.id))
        .where(OrderEvent.id > newest_event() - RECENT)
        .scalar_subquery()
    )
