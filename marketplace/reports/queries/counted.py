"""How much of an order may count, as far as it has come."""

from marketplace.ordering.queries.facts import OrderSums
from marketplace.ordering.rules import OrderState
from marketplace.quota.rules import RecognitionPoint


def most_counted(order: OrderSums, points: set[str], *, freight: bool = False) -> int:
    """The bound under a rule that recognises at these points: what was accepted and kept, with its
    freight where that counts, or what was ordered where a rule counts before acceptance."""
    kept_fen = order.accepted_fen - order.given_back_fen
    if order.state == OrderState.COMPLETED:
        return kept_fen + (order.freight_fen if freight else 0)
    if order.state == OrderState.ACCEPTED:
        return kept_fen if points - {RecognitionPoint.COMPLETED} else 0
    on_its_way = order.state in (
        OrderState.PLACED,
        OrderState.CONFIRMED,
        OrderState.SHIPPED,
        OrderState.RECEIVED,
    )
    early = points & {RecognitionPoint.PLACED, RecognitionPoint.PAID}
    return order.ordered_fen if on_its_way and early else 0
