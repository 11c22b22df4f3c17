"""Baskets, purchases and orders."""

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, Text
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
    # The host whose code was typed, and the links that the browser had followed: what a claim is
    # decided from. To whom the sale then belongs stands with each line, in the book of commission.
    host_id: Mapped[int | None] = mapped_column(ForeignKey("host.id"))
    touches: Mapped[list[list[int]] | None] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(12))
    goods_fen: Mapped[int] = mapped_column(BigInteger)
    freight_fen: Mapped[int] = mapped_column(BigInteger)
    consignee_name: Mapped[str] = mapped_column(String(60))
    consignee_phone_sealed: Mapped[str] = mapped_column("consignee_phone", Text)
    # The same for the same number: a signal finds it again without opening all of them.
    consignee_phone_mark: Mapped[str] = mapped_column(String(64), default="")
    consignee_address: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # A call-off: its prices are those of this contract.
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("framework_contract.id"), index=True)
    # The campaign or fair it was bought for.
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"), index=True)
    # The contractor in whose name it was bought for the unit's canteen.
    contractor_id: Mapped[int | None] = mapped_column(ForeignKey("contractor.id"))
    # Retail only: the buyer's own unit, whose year it is to count for, and when they took it back.
    counts_for_unit_id: Mapped[int | None] = mapped_column(ForeignKey("budget_unit.id"))
    counts_withdrawn_at: Mapped[datetime | None]
    # Retail only: unpaid at this moment, it expires and gives its stock back.
    expires_at: Mapped[datetime | None]
    # When its consignee is erased: the duty to keep it ends, and its buyer is gone.
    consignee_until: Mapped[date | None] = mapped_column(index=True)


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
        Index(None, "pay_by", "id"),
        Index(None, "placed_at"),
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
    # POSTPAY: the day by which it is to be paid, set when it is accepted.
    pay_by: Mapped[date | None]
