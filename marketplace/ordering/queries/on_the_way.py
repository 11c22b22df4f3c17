"""What units have ordered and what does not count yet."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.ordering.models import Order, OrderLine
from marketplace.ordering.queries.worth import KEPT
from marketplace.ordering.rules import OrderState

ON_THE_WAY = (
    OrderState.PLACED,
    OrderState.CONFIRMED,
    OrderState.SHIPPED,
    OrderState.RECEIVED,
    OrderState.ACCEPTED,
)


def waiting_by_unit(session: Session) -> dict[int, int]:
    """The goods of each unit's orders that are placed and not complete, as things stand."""
    rows = session.execute(
        select(Order.unit_id, func.sum(KEPT))
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(Order.unit_id.is_not(None), Order.state.in_(ON_THE_WAY))
        .group_by(Order.unit_id)
    )
    return {unit_id: int(fen) for unit_id, fen in rows if unit_id is not None}
