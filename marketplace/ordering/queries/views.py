"""What is shown of purchases and orders: frozen, with the names people know."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace.ordering.rules import Consignee
from marketplace.ordering.rules.invoices import STANDING, InvoiceState


def shown_state(state: str, purchase_state: str) -> str:
    """What people call the state of an order: before it is placed, that of its purchase."""
    return purchase_state if state == "DRAFT" else state


class _Priced:
    """What goods and carriage come to."""

    goods_fen: int
    freight_fen: int

    @property
    def total_fen(self) -> int:
        return self.goods_fen + self.freight_fen


class _Owed(_Priced):
    """And what of it is still to be paid."""

    payable_fen: int
    paid_fen: int
    refunded_fen: int

    @property
    def outstanding_fen(self) -> int:
        return max(0, self.payable_fen - self.paid_fen + self.refunded_fen)


@dataclass(frozen=True)
class LineView:
    id: int
    order_id: int
    product_id: int
    variant_id: int
    product_name: str
    variant_name: str
    unit_price_fen: int
    pack_grams: int
    quantity: int
    line_fen: int
    is_certified: bool
    shipped_quantity: int
    short_quantity: int
    accepted_quantity: int
    rejected_quantity: int
    acceptance_reason: str
    accepted_fen: int
    refunded_quantity: int
    refunded_fen: int
    snapshot: Mapping[str, Any]

    @property
    def left_to_ship(self) -> int:
        return self.quantity - self.shipped_quantity - self.short_quantity


@dataclass(frozen=True)
class EventView:
    """`actor_name` is None for the marketplace itself."""

    at: datetime
    kind: str
    actor_name: str | None
    reason: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class SentLine:
    line_id: int
    quantity: int


@dataclass(frozen=True)
class ShipmentView:
    id: int
    carrier: str
    tracking: str
    shipped_at: datetime
    lines: tuple[SentLine, ...]


@dataclass(frozen=True)
class RefundView:
    id: int
    order_id: int
    order_number: str
    state: str
    amount_fen: int
    reason: str
    requested_at: datetime
    decided_at: datetime | None
    ground: str | None
    stage: str
    due_at: datetime | None


@dataclass(frozen=True)
class OrderRow:
    """An order as lists show it."""

    id: int
    number: str
    purchase_id: int
    producer_id: int
    producer_name: str
    unit_id: int | None
    buyer_name: str
    state: str
    payment_state: str
    shipment_state: str
    invoice_state: str
    after_sale_state: str
    payment_terms: str
    payable_fen: int
    created_at: datetime
    placed_at: datetime | None
    due_at: datetime | None
    purchase_state: str
    # Retail, placed and unpaid: when it runs out.
    expires_at: datetime | None
    # By what people know an order again: the first of its goods, and how many kinds there are.
    first_goods: str
    kinds: int

    @property
    def shown_state(self) -> str:
        return shown_state(self.state, self.purchase_state)


@dataclass(frozen=True)
class OrderView(_Owed):
    """One order with everything about it. `reached` is the last state on the road it left."""

    id: int
    number: str
    purchase_id: int
    purchase_number: str
    producer_id: int
    producer_name: str
    unit_id: int | None
    unit_name: str | None
    buyer_id: int
    buyer_name: str
    fund: str
    payment_terms: str
    state: str
    reached: str
    payment_state: str
    shipment_state: str
    invoice_state: str
    after_sale_state: str
    goods_fen: int
    freight_fen: int
    payable_fen: int
    paid_fen: int
    refunded_fen: int
    placed_at: datetime | None
    confirmed_at: datetime | None
    shipped_at: datetime | None
    received_at: datetime | None
    accepted_at: datetime | None
    completed_at: datetime | None
    due_at: datetime | None
    extended: bool
    consignee: Consignee
    note: str
    lines: tuple[LineView, ...]
    events: tuple[EventView, ...]
    shipments: tuple[ShipmentView, ...]
    refunds: tuple[RefundView, ...]
    purchase_state: str
    has_people: bool

    @property
    def shown_state(self) -> str:
        return shown_state(self.state, self.purchase_state)

    @property
    def needs_no_invoice(self) -> bool:
        """Whether nothing was invoiced, and there is nothing to invoice any more."""
        return self.payable_fen == 0 and self.invoice_state == InvoiceState.NONE

    @property
    def needs_red_invoice(self) -> bool:
        """Whether an invoice stands of which nothing is owed any more."""
        return self.payable_fen == 0 and self.invoice_state in STANDING


@dataclass(frozen=True)
class OrderPart(_Owed):
    """One producer's order inside a purchase."""

    id: int
    number: str
    producer_id: int
    producer_name: str
    state: str
    payment_state: str
    shipment_state: str
    goods_fen: int
    freight_fen: int
    payable_fen: int
    paid_fen: int
    refunded_fen: int
    lines: tuple[LineView, ...]


@dataclass(frozen=True)
class PurchaseRow(_Priced):
    """A purchase as lists show it."""

    id: int
    number: str
    state: str
    unit_id: int | None
    buyer_id: int
    buyer_name: str
    fund: str
    payment_terms: str
    goods_fen: int
    freight_fen: int
    created_at: datetime
    submitted_at: datetime | None


@dataclass(frozen=True)
class PurchaseView(_Priced):
    """One purchase with its orders."""

    id: int
    number: str
    state: str
    unit_id: int | None
    unit_name: str | None
    buyer_id: int
    buyer_name: str
    fund: str
    payment_terms: str
    channel: str
    host_id: int | None
    goods_fen: int
    freight_fen: int
    contract_id: int | None
    consignee: Consignee
    note: str
    created_at: datetime
    submitted_at: datetime | None
    decided_at: datetime | None
    expires_at: datetime | None
    # An individual's purchase: the unit it is to count for, and when the buyer took that back.
    counts_for_unit_id: int | None
    counts_withdrawn_at: datetime | None
    counts_for_name: str
    orders: tuple[OrderPart, ...]
    events: tuple[EventView, ...]
    # How many stand on its staff list, where it was bought by one.
    people: int
    # The company that buys for the unit's canteen, where it did.
    contractor_name: str

    @property
    def outstanding_fen(self) -> int:
        return sum(order.outstanding_fen for order in self.orders)

    @property
    def ran_out(self) -> bool:
        """Bought by a person, not paid in time, and its goods given back."""
        left = self.unit_id is None and all(order.state == "EXPIRED" for order in self.orders)
        return left and not any(order.paid_fen for order in self.orders)
