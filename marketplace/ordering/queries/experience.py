"""What a unit bought before, and what it was not content with."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.ordering.models import Order, OrderLine


@dataclass(frozen=True)
class Experience:
    """Products by how a unit fared with them."""

    liked: frozenset[int]
    disliked: frozenset[int]


def experience_of(session: Session, unit_id: int, since: datetime) -> Experience:
    """Liked is what was accepted whole and kept; disliked what was ever rejected or given back."""
    complaints = func.sum(OrderLine.rejected_quantity + OrderLine.refunded_fen)
    rows = session.execute(
        select(OrderLine.product_id, complaints)
        .join(Order, Order.id == OrderLine.order_id)
        .where(Order.unit_id == unit_id, Order.accepted_at >= since)
        .group_by(OrderLine.product_id)
    ).all()
    return Experience(
        liked=frozenset(product for product, complained in rows if not complained),
        disliked=frozenset(product for product, complained in rows if complained),
    )
