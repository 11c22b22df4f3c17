"""Orders as flags refer to them."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Row, and_, select
from sqlalchemy.orm import Session

from marketplace.core.paging import in_parts
from marketplace.ordering.queries.seen import ORDERS_SEEN
from marketplace.oversight.rules.flags import OrderRef, Span

AT_ONCE = 500
orders = ORDERS_SEEN.c
REF = (orders.id, orders.number, orders.goods_fen, orders.unit_id, orders.producer_id)


def ref_of(row: Row[*tuple[object, ...]]) -> OrderRef:
    """The first columns of a row, as `REF` asked for them."""
    return OrderRef(*tuple(row)[: len(REF)])  # type: ignore[arg-type]


def placed_in(span: Span) -> ColumnElement[bool]:
    return and_(orders.placed_at >= span.since, orders.placed_at < span.until)


def refs_of(session: Session, order_ids: Collection[int]) -> dict[int, OrderRef]:
    """Orders by id."""
    found: dict[int, OrderRef] = {}
    for few in in_parts(sorted(set(order_ids)), AT_ONCE):
        rows = session.execute(select(*REF).where(orders.id.in_(few)))
        found.update((row.id, ref_of(row)) for row in rows)
    return found
