"""Pieces of orders, read for many at once."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import PERSON_NAMES
from marketplace.core.closed import open_words
from marketplace.core.paging import PageRequest
from marketplace.ordering.models import (
    Order,
    OrderEvent,
    OrderLine,
    PurchaseRecipient,
    Refund,
    Shipment,
    ShipmentLine,
)
from marketplace.ordering.queries.views import (
    EventView,
    LineView,
    RefundView,
    SentLine,
    ShipmentView,
)
from marketplace.ordering.rules import Consignee


def consignee_of(session: Session, purchase: Any) -> Consignee:
    """To whom a purchase goes, or a row that holds as much of one."""
    phone = open_words(session, purchase.consignee_phone_sealed)
    return Consignee(purchase.consignee_name, phone, purchase.consignee_address)


_LINE = [getattr(OrderLine, name) for name in LineView.__dataclass_fields__]


def lines_by_order(session: Session, order_ids: Collection[int]) -> dict[int, list[LineView]]:
    lines: dict[int, list[LineView]] = defaultdict(list)
    rows = session.execute(
        select(*_LINE).where(OrderLine.order_id.in_(order_ids)).order_by(OrderLine.id)
    )
    for row in rows:
        lines[row.order_id].append(LineView(*row))
    return lines


def goods_by_order(session: Session, order_ids: Collection[int]) -> dict[int, tuple[str, int]]:
    """The name of the first goods of each order, and how many kinds of goods it has."""
    firsts = (
        select(func.min(OrderLine.id).label("line_id"), func.count().label("kinds"))
        .where(OrderLine.order_id.in_(order_ids))
        .group_by(OrderLine.order_id)
        .subquery()
    )
    rows = session.execute(
        select(OrderLine.order_id, OrderLine.product_name, firsts.c.kinds).join(
            firsts, firsts.c.line_id == OrderLine.id
        )
    )
    return {order_id: (name, kinds) for order_id, name, kinds in rows}


def goods_of(session: Session, purchase_id: int, order_id: int | None) -> tuple[str, int]:
    """The name of the first goods of an order, or of all orders of a purchase, and how many
    kinds it has."""
    of = Order.id == order_id if order_id else Order.purchase_id == purchase_id
    names = session.scalars(
        select(OrderLine.product_name)
        .join(Order, Order.id == OrderLine.order_id)
        .where(of)
        .order_by(OrderLine.id)
    ).all()
    return (names[0], len(names)) if names else ("", 0)


def events_where(session: Session, *conditions: ColumnElement[bool]) -> tuple[EventView, ...]:
    """What happened, the newest first."""
    rows = session.execute(
        select(
            OrderEvent.at, OrderEvent.kind, PERSON_NAMES.c.name, OrderEvent.reason, OrderEvent.facts
        )
        .join(PERSON_NAMES, PERSON_NAMES.c.id == OrderEvent.actor_id, isouter=True)
        .where(*conditions)
        .order_by(OrderEvent.id.desc())
    )
    return tuple(EventView(*row) for row in rows)


def count_listed(session: Session, purchase_id: int) -> int:
    """How many stand on the staff list of a purchase; most have none."""
    mine = PurchaseRecipient.purchase_id == purchase_id
    return session.scalar(select(func.count()).select_from(PurchaseRecipient).where(mine)) or 0


def shipments_of(session: Session, order_id: int) -> tuple[ShipmentView, ...]:
    """The parcels of an order, the newest first."""
    rows = session.execute(
        select(Shipment, ShipmentLine.order_line_id, ShipmentLine.quantity)
        .join(ShipmentLine, ShipmentLine.shipment_id == Shipment.id)
        .where(Shipment.order_id == order_id)
        .order_by(Shipment.id.desc(), ShipmentLine.order_line_id)
    )
    parcels: dict[int, tuple[Any, list[SentLine]]] = {}
    for shipment, line_id, quantity in rows:
        parcels.setdefault(shipment.id, (shipment, []))[1].append(SentLine(line_id, quantity))
    return tuple(
        ShipmentView(one.id, one.carrier, one.tracking, one.shipped_at, tuple(lines))
        for one, lines in parcels.values()
    )


def refunds_where(
    session: Session, *conditions: ColumnElement[bool], page: PageRequest | None = None
) -> tuple[RefundView, ...]:
    """Requests, the newest first."""
    page = page or PageRequest(1, 200)
    columns = [
        Order.number if name == "order_number" else getattr(Refund, name)
        for name in RefundView.__dataclass_fields__
    ]
    rows = session.execute(
        select(*columns)
        .join(Order, Order.id == Refund.order_id)
        .where(*conditions)
        .order_by(Refund.id.desc())
        .offset(page.offset)
        .limit(page.per_page)
    )
    return tuple(RefundView(*tuple(row)) for row in rows)
