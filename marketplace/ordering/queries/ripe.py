"""Orders that nothing holds back from being settled with their producer."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from marketplace.core.paging import in_parts
from marketplace.ordering.models import Order, Refund
from marketplace.ordering.rules.aftersale import LONGEST_WINDOW


def ripe_orders(session: Session, order_ids: Collection[int], now: datetime) -> set[int]:
    """Those of the orders whose after-sale time has passed, with no request that is open."""
    waits = exists().where(Refund.order_id == Order.id, Refund.state == "REQUESTED")
    found: set[int] = set()
    for few in in_parts(sorted(order_ids), 500):
        ripe = select(Order.id).where(
            Order.id.in_(few), Order.accepted_at <= now - LONGEST_WINDOW, ~waits
        )
        found.update(session.scalars(ripe))
    return found
