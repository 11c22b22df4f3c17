"""The order of a dispute as the operations centre looks at it: whose each line is, and could be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.commission.queries.claims import Claim, claims_of_orders
from marketplace.commission.queries.disputes import DisputeRow
from marketplace.livestream.queries.disputed import HeldOffer, offers_before
from marketplace.ordering.models import Order, OrderLine


@dataclass(frozen=True)
class DisputedLine:
    """A line, the claim that holds, and the host's sessions that had its product before."""

    id: int
    quantity: int
    product_id: int
    product_name: str
    net_fen: int
    claim: Claim | None
    offers: Sequence[HeldOffer]


@dataclass(frozen=True)
class DisputedOrder:
    id: int
    number: str
    state: str
    placed_at: datetime
    lines: Sequence[DisputedLine]


def disputed_order(session: Session, dispute: DisputeRow) -> DisputedOrder:
    """The order that a dispute is about, without its buyer."""
    order = session.get_one(Order, dispute.order_id)
    assert order.placed_at is not None, order.id
    rows = session.scalars(
        select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.id)
    ).all()
    claims = claims_of_orders(session, [order.id])
    products = {row.product_id for row in rows}
    offers = offers_before(session, dispute.host_id, products, order.placed_at)
    lines = [
        DisputedLine(
            row.id,
            row.quantity,
            row.product_id,
            row.product_name,
            row.line_fen if order.accepted_at is None else row.accepted_fen - row.refunded_fen,
            claims.get(row.id),
            [offer for offer in offers if offer.product_id == row.product_id],
        )
        for row in rows
    ]
    return DisputedOrder(order.id, order.number, order.state, order.placed_at, lines)
