"""Sums over staff lists, for proving that they agree with lines and shipments."""

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from marketplace.ordering.models import (
    Order,
    OrderLine,
    PurchaseRecipient,
    RecipientPack,
    ShipmentLine,
)


def lists_that_disagree(session: Session) -> list[tuple[str, int, int]]:
    """(what, packs on the list, packs of the line) where the two differ: as ordered, as sent."""
    listed = (
        _packs()
        .add_columns(OrderLine.quantity)
        .where(Order.purchase_id.in_(select(PurchaseRecipient.purchase_id)))
        .group_by(OrderLine.id, Order.number)
        .having(func.coalesce(func.sum(RecipientPack.quantity), 0) != OrderLine.quantity)
        .order_by(OrderLine.id)
    )
    sent = (
        select(
            Order.number,
            ShipmentLine.order_line_id,
            func.coalesce(func.sum(RecipientPack.quantity), 0),
            ShipmentLine.quantity,
        )
        .join(OrderLine, OrderLine.id == ShipmentLine.order_line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .join(
            RecipientPack,
            (RecipientPack.shipment_id == ShipmentLine.shipment_id)
            & (RecipientPack.variant_id == OrderLine.variant_id),
            isouter=True,
        )
        .where(Order.purchase_id.in_(select(PurchaseRecipient.purchase_id)))
        .group_by(Order.number, ShipmentLine.shipment_id, ShipmentLine.order_line_id)
        .having(func.coalesce(func.sum(RecipientPack.quantity), 0) != ShipmentLine.quantity)
        .order_by(ShipmentLine.order_line_id)
    )
    rows = [*session.execute(listed), *session.execute(sent)]
    return [(f"{number}/{line_id}", people, packs) for number, line_id, people, packs in rows]


def _packs() -> Select[*tuple[Any, ...]]:
    """Packs of everyone, by the line that they are part of."""
    return (
        select(Order.number, OrderLine.id, func.coalesce(func.sum(RecipientPack.quantity), 0))
        .select_from(OrderLine)
        .join(Order, Order.id == OrderLine.order_id)
        .join(PurchaseRecipient, PurchaseRecipient.purchase_id == Order.purchase_id, isouter=True)
        .join(
            RecipientPack,
            (RecipientPack.recipient_id == PurchaseRecipient.id)
            & (RecipientPack.variant_id == OrderLine.variant_id),
            isouter=True,
        )
    )
