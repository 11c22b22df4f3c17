"""Orders as flags refer to them."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from marketplace.core.db import UtcDateTime
from marketplace.core.paging import in_parts
from marketplace.ordering.queries.seen import ORDERS_SEEN
from marketplace.oversight.rules.flags import OrderRef, Span

AT_ONCE = 500
orders = ORDERS_SEEN.c
REF = (orders.id, orders.number, orders.goods_fen, orders.unit_id, orders.producer_id)
# The orders of the days that are looked at, read first: there are few of them, and everything
# else is looked up from them. Left to itself a database may begin with all members instead.
ORDERS_IN = (
    select(ORDERS_SEEN)
    .where(
        orders.placed_at >= bindparam("since", type_=UtcDateTime()),
        orders.placed_at < bindparam("until", type_=UtcDateTime()),
    )
    .cte("orders_in")
    .prefix_with("MATERIALIZED")
)
placed = ORDERS_IN.c
REF_IN = (placed.id, placed.number, placed.goods_fen, placed.unit_id, placed.producer_id)


def days_of(span: Span) -> Mapping[str, datetime]:
    """What `ORDERS_IN` asks for when it is executed."""
    return {"since": span.since, "until": span.until}


def ref_of(row: Row[*tuple[object, ...]]) -> OrderRef:
    """The first columns of a row, as `REF` asked for them."""
    return OrderRef(*tuple(row)[: len(REF)])  # type: ignore[arg-type]


def refs_of(session: Session, order_ids: Collection[int]) -> dict[int, OrderRef]:
    """Orders by id."""
    found: dict[int, OrderRef] = {}
    for few in in_parts(sorted(set(order_ids)), AT_ONCE):
        rows = session.execute(select(*REF).where(orders.id.in_(few)))
        found.update((row.id, ref_of(row)) for row in rows)
    return found
