"""Orders that nothing holds back from being settled with their producer."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.paging import in_parts
from marketplace.ordering.models import Order
from marketplace.ordering.queries.earning import is_ripe


def ripe_orders(session: Session, order_ids: Collection[int], now: datetime) -> set[int]:
    """Those of the orders whose after-sale time has passed, with no request that is open."""
    found: set[int] = set()
    for few in in_parts(sorted(order_ids), 500):
        found.update(session.scalars(select(Order.id).where(Order.id.in_(few), is_ripe(now))))
    return found
