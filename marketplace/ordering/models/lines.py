"""Lines of an order, the batches and villages behind them, and the parcels they left in."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


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
            "short_quantity >= 0 AND shipped_quantity + short_quantity <= quantity",
            name="short_within_ordered",
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
    # Packs that the buyer agreed will not come.
    short_quantity: Mapped[int] = mapped_column(default=0, server_default="0")
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
        # A recall asks where a batch went.
        Index(None, "batch_id"),
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
