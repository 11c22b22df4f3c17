"""Purchases and orders as they stand."""

from typing import Any

from marshmallow import fields

from marketplace.api.schemas.fields import (
    Instant,
    Output,
    amount,
    day,
    facts,
    flag,
    one,
    several,
    texts,
    words,
)


class Named(Output):
    """Someone or something with an id and a name."""

    id = amount(5)
    name = words("会沟村食用菌合作社")


class Producer(fields.Nested):
    """The producer as {id, name}, from a row that holds both side by side."""

    def __init__(self) -> None:
        super().__init__(Named)

    def get_value(self, obj: Any, attr: str, accessor: Any = None, default: Any = None) -> Any:  # noqa: ARG002
        return {
            "id": self.get_part(obj, "producer_id"),
            "name": self.get_part(obj, "producer_name"),
        }

    @staticmethod
    def get_part(obj: Any, name: str) -> Any:
        return obj[name] if isinstance(obj, dict) else getattr(obj, name)


class Line(Output):
    id = amount(41)
    product_id = amount(9)
    variant_id = amount(17)
    product_name = words("房前椴木香菇")
    variant_name = words("500 克 · 袋装")
    unit_price_fen = amount(6_400)
    pack_grams = amount(500)
    quantity = amount(20)
    line_fen = amount()
    is_certified = flag()
    shipped_quantity = amount(20)
    accepted_quantity = amount(18)
    rejected_quantity = amount(2)
    acceptance_reason = words("两袋受潮")
    accepted_fen = amount(115_200)
    refunded_quantity = amount(0)
    refunded_fen = amount(0)


class OrderInPurchase(Output):
    id = amount(31)
    number = words("P7K2M9QX4-1")
    producer = Producer()
    state = words("DRAFT")
    goods_fen = amount()
    freight_fen = amount(1_500)
    total_fen = amount(129_500)
    lines = several(Line)


class ConsigneeOut(Output):
    name = words("王芳")
    phone = words("13800000000")
    address = words("郧阳区城关镇沿江大道 8 号")


class Purchase(Output):
    """A purchase with one order per producer."""

    id = amount(12)
    number = words("P7K2M9QX4")
    state = words("DRAFT")
    unit_id = amount(3, allow_none=True)
    buyer_id = amount(7)
    fund = words("CANTEEN")
    payment_terms = words("POSTPAY")
    goods_fen = amount()
    freight_fen = amount(1_500)
    total_fen = amount(129_500)
    consignee = one(ConsigneeOut)
    note = words("请在工作日送达")
    created_at = Instant()
    submitted_at = Instant(allow_none=True)
    expires_at = Instant(allow_none=True)
    orders = several(OrderInPurchase)


class PurchaseSummary(Output):
    """A purchase as lists show it."""

    id = amount(12)
    number = words("P7K2M9QX4")
    state = words("PLACED")
    unit_id = amount(3, allow_none=True)
    fund = words("CANTEEN")
    payment_terms = words("POSTPAY")
    total_fen = amount(129_500)
    freight_fen = amount(1_500)
    created_at = Instant()


class OrderSummary(Output):
    """An order as lists show it."""

    id = amount(31)
    number = words("P7K2M9QX4-1")
    purchase_id = amount(12)
    unit_id = amount(3, allow_none=True)
    producer = Producer()
    state = words("PLACED")
    payment = words("DUE", attribute="payment_state")
    shipment = words("NONE", attribute="shipment_state")
    invoice = words("NONE", attribute="invoice_state")
    after_sale = words("NONE", attribute="after_sale_state")
    payable_fen = amount(129_500)
    placed_at = Instant(allow_none=True)


class Event(Output):
    """Something that happened. `actor` is null for the marketplace itself."""

    at = Instant()
    kind = words("PLACED")
    actor = words("王芳", allow_none=True, attribute="actor_name")
    reason = words("")
    facts = facts({})


class SentParcelLine(Output):
    line_id = amount(41)
    quantity = amount(20)


class Shipment(Output):
    id = amount(8)
    carrier = words("中国邮政")
    tracking = words("9876543210123")
    shipped_at = Instant()
    lines = several(SentParcelLine)


class Refund(Output):
    id = amount(2)
    order_id = amount(31)
    state = words("REQUESTED")
    amount_fen = amount(12_800)
    reason = words("两袋发霉")
    ground = words("QUALITY", allow_none=True)
    stage = words("ASKED")
    requested_at = Instant()
    decided_at = Instant(allow_none=True)


class Invoice(Output):
    id = amount(3)
    order_id = amount(31)
    kind = words("BLUE")
    number = words("26422000000123456789")
    amount_fen = amount(129_500)
    issued_on = day()
    seller_uscc = words("")
    state = words("ISSUED")


class Counting(Output):
    """Whether the order counts for the unit's quota, and what is still missing if it does not."""

    counts = flag()
    missing = texts("payment")
    counted_fen = amount(0)


class Order(Output):
    """An order with all its axes, lines and events."""

    id = amount(31)
    number = words("P7K2M9QX4-1")
    purchase_id = amount(12)
    unit_id = amount(3, allow_none=True)
    buyer_id = amount(7)
    producer = Producer()
    payment_terms = words("POSTPAY")
    state = words("PLACED")
    payment = words("DUE", attribute="payment_state")
    shipment = words("NONE", attribute="shipment_state")
    invoice = words("NONE", attribute="invoice_state")
    after_sale = words("NONE", attribute="after_sale_state")
    goods_fen = amount()
    freight_fen = amount(1_500)
    total_fen = amount(129_500)
    payable_fen = amount(129_500)
    paid_fen = amount(0)
    refunded_fen = amount(0)
    placed_at = Instant(allow_none=True)
    confirmed_at = Instant(allow_none=True)
    shipped_at = Instant(allow_none=True)
    received_at = Instant(allow_none=True)
    accepted_at = Instant(allow_none=True)
    completed_at = Instant(allow_none=True)
    due_at = Instant(allow_none=True)
    lines = several(Line)
    events = several(Event)
    shipments = several(Shipment)
    refunds = several(Refund)
    counting = one(Counting)


class Payment(Output):
    """`remittance_code` for a bank transfer, `checkout_url` for a card or wallet."""

    id = amount(4)
    purchase_id = amount(12)
    method = words("bank_transfer")
    state = words("DUE")
    amount_fen = amount(129_500)
    received_fen = amount(0)
    received_on = day(None, allow_none=True)
    remittance_code = words("K7M2P9QX")
    checkout_url = words(
        "https://checkout.stripe.com/…", allow_none=True, metadata={"rarely": True}
    )
