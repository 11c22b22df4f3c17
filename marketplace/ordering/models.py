"""Baskets, purchases, orders and everything that happened to them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class BasketLine(Base):
    """A variant that a person means to buy. One row a variant: adding again adds up."""

    __tablename__ = "basket_line"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity_positive"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"), primary_key=True)
    quantity: Mapped[int]
    added_at: Mapped[datetime]


class Purchase(Base):
    """What a unit approves as a whole, or a retail buyer pays at once: one order per producer."""

    __tablename__ = "purchase"
    __table_args__ = (
        CheckConstraint("fund IN ('CANTEEN', 'UNION', 'INDIVIDUAL', 'OTHER')", name="known_fund"),
        CheckConstraint("payment_terms IN ('PREPAY', 'POSTPAY')", name="known_terms"),
        CheckConstraint(
            "unit_id IS NOT NULL OR (fund = 'INDIVIDUAL' AND payment_terms = 'PREPAY')",
            name="retail_pays_first",
        ),
        CheckConstraint("goods_fen >= 0 AND freight_fen >= 0", name="sums_not_negative"),
        Index(None, "unit_id", "state", "id"),
        Index(None, "buyer_id", "id"),
        Index(None, "state", "expires_at"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(16), unique=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("budget_unit.id"))
    buyer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    fund: Mapped[str] = mapped_column(String(12))
    payment_terms: Mapped[str] = mapped_column(String(8))
    channel: Mapped[str] = mapped_column(String(12))
    host_id: Mapped[int | None] = mapped_column(ForeignKey("host.id"))
    state: Mapped[str] = mapped_column(String(12))
    goods_fen: Mapped[int] = mapped_column(BigInteger)
    freight_fen: Mapped[int] = mapped_column(BigInteger)
    consignee_name: Mapped[str] = mapped_column(String(60))
    consignee_phone: Mapped[str] = mapped_column(String(20))
    consignee_address: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # Retail only: unpaid at this moment, it expires and gives its stock back.
    expires_at: Mapped[datetime | None]


class Order(Base):
    """One producer's part of a purchase. Its axes move separately; events say how and by whom."""

    __tablename__ = "order"
    __table_args__ = (
        CheckConstraint("goods_fen > 0 AND freight_fen >= 0", name="sums_not_negative"),
        CheckConstraint("payable_fen >= 0", name="payable_not_negative"),
        CheckConstraint("paid_fen >= 0 AND refunded_fen >= 0", name="paid_not_negative"),
        CheckConstraint("refunded_fen <= paid_fen", name="refund_within_paid"),
        Index(None, "unit_id", "state", "id"),
        Index(None, "producer_id", "state", "id"),
        Index(None, "buyer_id", "id"),
        Index(None, "state", "due_at"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(20), unique=True)
    purchase_id: Mapped[int] = mapped_column(ForeignKey("purchase.id"), index=True)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    # Copied from the purchase, so that lists of a unit or buyer read one table.
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("budget_unit.id"))
    buyer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    payment_terms: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(12))
    payment_state: Mapped[str] = mapped_column(String(16), default="NONE")
    shipment_state: Mapped[str] = mapped_column(String(12), default="NONE")
    invoice_state: Mapped[str] = mapped_column(String(12), default="NONE")
    after_sale_state: Mapped[str] = mapped_column(String(16), default="NONE")
    goods_fen: Mapped[int] = mapped_column(BigInteger)
    freight_fen: Mapped[int] = mapped_column(BigInteger)
    # What the buyer owes in the end: goods and freight, less short, rejected and refunded.
    payable_fen: Mapped[int] = mapped_column(BigInteger)
    paid_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    # What has been given back, or put back on the buyer's account, of what was paid.
    refunded_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    placed_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    shipped_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    # When the present state runs out: to be confirmed, to be paid.
    due_at: Mapped[datetime | None]
    extended: Mapped[bool] = mapped_column(default=False)


class OrderLine(Base):
    """A variant in an order, with everything about it as it was when the purchase was submitted."""

    __tablename__ = "order_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("unit_price_fen > 0", name="price_positive"),
        CheckConstraint("line_fen = quantity * unit_price_fen", name="line_is_product"),
        CheckConstraint(
            "shipped_quantity >= 0 AND shipped_quantity <= quantity", name="shipped_within_ordered"
        ),
        CheckConstraint(
            "accepted_quantity >= 0 AND rejected_quantity >= 0"
            " AND accepted_quantity + rejected_quantity <= quantity",
            name="accepted_within_ordered",
        ),
        CheckConstraint(
            "refunded_fen >= 0 AND refunded_fen <= accepted_fen", name="refund_within_accepted"
        ),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"))
    workshop_id: Mapped[int | None] = mapped_column(ForeignKey("workshop.id"))
    product_name: Mapped[str] = mapped_column(String(120))
    variant_name: Mapped[str] = mapped_column(String(60))
    unit_price_fen: Mapped[int] = mapped_column(BigInteger)
    pack_grams: Mapped[int]
    quantity: Mapped[int]
    line_fen: Mapped[int] = mapped_column(BigInteger)
    # Whether a certificate was in force on the day of ordering: what holds for the quota.
    is_certified: Mapped[bool]
    # Product facts that the law wants kept: description, licence, certificate, picture.
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON)
    shipped_quantity: Mapped[int] = mapped_column(default=0)
    accepted_quantity: Mapped[int] = mapped_column(default=0)
    rejected_quantity: Mapped[int] = mapped_column(default=0)
    acceptance_reason: Mapped[str] = mapped_column(String(200), default="")
    accepted_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    refunded_quantity: Mapped[int] = mapped_column(default=0)
    refunded_fen: Mapped[int] = mapped_column(BigInteger, default=0)


class OrderLineBatch(Base):
    """Packs of a batch reserved for a line."""

    __tablename__ = "order_line_batch"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("shipped_quantity >= 0", name="shipped_not_negative"),
        CheckConstraint("released_quantity >= 0", name="released_not_negative"),
        CheckConstraint("shipped_quantity + released_quantity <= quantity", name="within_reserved"),
    )

    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), primary_key=True)
    quantity: Mapped[int]
    shipped_quantity: Mapped[int] = mapped_column(default=0)
    released_quantity: Mapped[int] = mapped_column(default=0)


class OrderLineOrigin(Base):
    """A village's weight in a line, frozen when the stock was reserved.

    The weight is packs of the batch times the village's parts per million in that batch.
    """

    __tablename__ = "order_line_origin"
    __table_args__ = (CheckConstraint("weight > 0", name="weight_positive"),)

    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), primary_key=True)
    village_code: Mapped[str] = mapped_column(ForeignKey("village.code"), primary_key=True)
    weight: Mapped[int] = mapped_column(BigInteger)


class OrderEvent(Base):
    """Something that happened to a purchase or to one of its orders. Appended, never edited."""

    __tablename__ = "order_event"

    id: Mapped[Id]
    purchase_id: Mapped[int] = mapped_column(ForeignKey("purchase.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("order.id"), index=True)
    at: Mapped[datetime]
    # None is the marketplace itself: an expiry, an automatic completion.
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(24))
    reason: Mapped[str] = mapped_column(String(500), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Shipment(Base):
    """A parcel, with the carrier's number."""

    __tablename__ = "shipment"

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    carrier: Mapped[str] = mapped_column(String(60))
    tracking: Mapped[str] = mapped_column(String(60))
    shipped_at: Mapped[datetime]


class ShipmentLine(Base):
    """How many packs of a line are in a parcel."""

    __tablename__ = "shipment_line"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity_positive"),)

    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"), primary_key=True)
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), primary_key=True)
    quantity: Mapped[int]


class Refund(Base):
    """Money that goes back to the buyer's account with the marketplace."""

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="gives_something"),
        CheckConstraint("state IN ('REQUESTED', 'DONE', 'REJECTED')", name="known_state"),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    state: Mapped[str] = mapped_column(String(12))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(500))
    requested_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    requested_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]


class RefundLine(Base):
    """A line's part of a refund."""

    __tablename__ = "refund_line"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="gives_something"),
        CheckConstraint("quantity >= 0", name="quantity_not_negative"),
    )

    refund_id: Mapped[int] = mapped_column(ForeignKey("refund.id"), primary_key=True)
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), primary_key=True)
    quantity: Mapped[int] = mapped_column(default=0)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
