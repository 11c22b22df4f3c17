"""What a producer may send today: lines, what is to be picked of each pack, and who gets it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import PERSON_NAMES
from marketplace.core.closed import Closed, views_of
from marketplace.ordering.models import (
    Order,
    OrderLine,
    Purchase,
    PurchaseRecipient,
    Shipment,
    ShipmentLine,
)
from marketplace.ordering.rules import OrderState, PaymentState, PaymentTerms, ShipmentState
from marketplace.ordering.rules.dispatch import SentLine
from marketplace.units.queries import UNIT_NAMES

# As many lines as a table and a sheet of labels bear; the oldest orders go first.
MOST_LINES = 2_000


@dataclass(frozen=True)
class DispatchLine:
    """A line with packs that have not left, and where they go."""

    line_id: int
    order_id: int
    order_number: str
    buyer_name: str
    consignee_name: str
    consignee_phone: Closed
    consignee_address: str
    product_name: str
    variant_id: int
    variant_name: str
    left: int


@dataclass(frozen=True)
class Picked:
    """How many packs of a kind are to be taken from the shelf."""

    product_name: str
    variant_name: str
    packs: int
    orders: int


@dataclass(frozen=True)
class Box:
    """What goes to one order's consignee."""

    order_id: int
    order_number: str
    buyer_name: str
    consignee_name: str
    consignee_phone: Closed
    consignee_address: str
    lines: tuple[DispatchLine, ...]

    @property
    def words(self) -> str:
        return "、".join(
            f"{line.product_name} {line.variant_name} × {line.left}" for line in self.lines
        )


def lines_to_send(session: Session, producer_id: int) -> list[DispatchLine]:
    """Lines of confirmed orders that may leave: prepaid ones once paid. Orders by staff list
    have a room of their own."""
    left = OrderLine.quantity - OrderLine.shipped_quantity - OrderLine.short_quantity
    rows = session.execute(
        select(
            OrderLine.id,
            Order.id,
            Order.number,
            func.coalesce(UNIT_NAMES.c.name, PERSON_NAMES.c.name),
            Purchase.consignee_name,
            Purchase.consignee_phone_sealed,
            Purchase.consignee_address,
            OrderLine.product_name,
            OrderLine.variant_id,
            OrderLine.variant_name,
            left,
        )
        .join(Order, Order.id == OrderLine.order_id)
        .join(Purchase, Purchase.id == Order.purchase_id)
        .join(PERSON_NAMES, PERSON_NAMES.c.id == Order.buyer_id)
        .join(UNIT_NAMES, UNIT_NAMES.c.id == Order.unit_id, isouter=True)
        .where(Order.producer_id == producer_id, left > 0, *_may_leave())
        .order_by(Order.id, OrderLine.id)
        .limit(MOST_LINES)
    )
    return views_of(session, DispatchLine, rows)


def _may_leave() -> tuple[ColumnElement[bool], ...]:
    listed = select(PurchaseRecipient.id).where(PurchaseRecipient.purchase_id == Purchase.id)
    begun = and_(Order.state == OrderState.SHIPPED, Order.shipment_state == ShipmentState.PART)
    paid = or_(Order.payment_terms != PaymentTerms.PREPAY, Order.payment_state == PaymentState.PAID)
    return or_(Order.state == OrderState.CONFIRMED, begun), paid, ~listed.exists()


def lines_sent(session: Session, producer_id: int) -> list[SentLine]:
    """What has left of orders that are still on their way to being sent or received."""
    rows = session.execute(
        select(ShipmentLine.order_line_id, Order.id, Shipment.tracking)
        .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .join(Order, Order.id == Shipment.order_id)
        .where(Order.producer_id == producer_id, Order.state == OrderState.SHIPPED)
        .order_by(Shipment.id.desc())
        .limit(5 * MOST_LINES)
    )
    return [SentLine(*row) for row in rows]


def pick(lines: Sequence[DispatchLine]) -> list[Picked]:
    """Packs by kind, the most first."""
    found: dict[int, list[DispatchLine]] = {}
    for line in lines:
        found.setdefault(line.variant_id, []).append(line)
    picked = [
        Picked(
            same[0].product_name,
            same[0].variant_name,
            sum(line.left for line in same),
            len({line.order_id for line in same}),
        )
        for same in found.values()
    ]
    return sorted(picked, key=lambda one: (-one.packs, one.product_name))


def boxes(lines: Sequence[DispatchLine]) -> list[Box]:
    """One for each order, the oldest first."""
    found: dict[int, list[DispatchLine]] = {}
    for line in lines:
        found.setdefault(line.order_id, []).append(line)
    return [
        Box(
            own[0].order_id,
            own[0].order_number,
            own[0].buyer_name,
            own[0].consignee_name,
            own[0].consignee_phone,
            own[0].consignee_address,
            tuple(own),
        )
        for own in found.values()
    ]
