"""Money that leaves: settlements to producers, credit back to buyers, and their batches."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class Settlement(Base):
    """What a producer is owed for a period, made of entries of the books and frozen with them."""

    __tablename__ = "settlement"
    __table_args__ = (
        UniqueConstraint("producer_id", "period"),
        CheckConstraint("closing_fen = carried_fen + amount_fen", name="adds_up"),
    )

    id: Mapped[Id]
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    period: Mapped[str] = mapped_column(String(7))
    number: Mapped[str] = mapped_column(String(20), unique=True)
    # What the settlement before left unpaid: below zero, or too little to be paid.
    carried_fen: Mapped[int] = mapped_column(BigInteger)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    closing_fen: Mapped[int] = mapped_column(BigInteger)
    frozen_at: Mapped[datetime]
    frozen_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class SettlementLine(Base):
    """One entry of a producer's account in a settlement; it settles once."""

    __tablename__ = "settlement_line"

    entry_id: Mapped[int] = mapped_column(
        ForeignKey("ledger_entry.id"), primary_key=True, autoincrement=False
    )
    settlement_id: Mapped[int] = mapped_column(ForeignKey("settlement.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("order.id"), index=True)
    amount_fen: Mapped[int] = mapped_column(BigInteger)


class CommissionSettlement(Base):
    """What a host or an agency has earned in a period, made of entries of the book of commission
    and frozen with them. Below zero it is carried into the next."""

    __tablename__ = "commission_settlement"
    __table_args__ = (
        UniqueConstraint("payee", "period"),
        CheckConstraint("(host_id IS NULL) <> (agency_id IS NULL)", name="of_one"),
        CheckConstraint("closing_fen = carried_fen + amount_fen", name="adds_up"),
        CheckConstraint("tax_fen >= 0", name="tax_not_negative"),
        Index(None, "host_id", "period"),
        Index(None, "agency_id", "period"),
    )

    id: Mapped[Id]
    # `host:3` or `agency:1`.
    payee: Mapped[str] = mapped_column(String(32))
    host_id: Mapped[int | None] = mapped_column(ForeignKey("host.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    period: Mapped[str] = mapped_column(String(7))
    number: Mapped[str] = mapped_column(String(20), unique=True)
    carried_fen: Mapped[int] = mapped_column(BigInteger)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    closing_fen: Mapped[int] = mapped_column(BigInteger)
    # Income tax withheld from a person's payout; a company pays its own and invoices us.
    tax_fen: Mapped[int] = mapped_column(BigInteger)
    invoice_number: Mapped[str] = mapped_column(String(20), default="")
    frozen_at: Mapped[datetime]
    frozen_by: Mapped[int] = mapped_column(ForeignKey("person.id"))


class CommissionSettlementLine(Base):
    """One payee's part of an entry of the book of commission; it settles once."""

    __tablename__ = "commission_settlement_line"

    payee: Mapped[str] = mapped_column(String(8), primary_key=True)
    entry_id: Mapped[int] = mapped_column(
        ForeignKey("commission_entry.id"), primary_key=True, autoincrement=False
    )
    settlement_id: Mapped[int] = mapped_column(ForeignKey("commission_settlement.id"), index=True)
    order_id: Mapped[int] = mapped_column(index=True)
    amount_fen: Mapped[int] = mapped_column(BigInteger)


class PayoutBatch(Base):
    """Payouts that go to the bank in one file; released by someone else than who made it."""

    __tablename__ = "payout_batch"
    __table_args__ = (
        CheckConstraint("state IN ('DRAFT', 'RELEASED', 'DISCARDED')", name="known_state"),
        CheckConstraint("released_by IS NULL OR released_by <> made_by", name="four_eyes"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(20), unique=True)
    state: Mapped[str] = mapped_column(String(12), default="DRAFT")
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    released_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    released_at: Mapped[datetime | None]


class Payout(Base):
    """Money that leaves: a settlement to its producer, or credit back to its buyer."""

    __tablename__ = "payout"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="pays_something"),
        CheckConstraint("kind IN ('SETTLEMENT', 'CREDIT', 'COMMISSION')", name="known_kind"),
        CheckConstraint("road IN ('BANK', 'GATEWAY')", name="known_road"),
        CheckConstraint(
            "state IN ('REQUESTED', 'RELEASED', 'PAID', 'RETURNED', 'CANCELLED')",
            name="known_state",
        ),
        Index(None, "state", "id"),
        Index(None, "returned_reference", unique=True),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    road: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(12), default="REQUESTED")
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    producer_id: Mapped[int | None] = mapped_column(ForeignKey("producer.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("budget_unit.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    settlement_id: Mapped[int | None] = mapped_column(ForeignKey("settlement.id"), index=True)
    host_id: Mapped[int | None] = mapped_column(ForeignKey("host.id"), index=True)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"), index=True)
    commission_settlement_id: Mapped[int | None] = mapped_column(
        ForeignKey("commission_settlement.id"), index=True
    )
    # By the gateway: back to the payment it came with.
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), index=True)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("payout_batch.id"), index=True)
    # By the bank: the account as it was when the payout was asked for.
    holder: Mapped[str] = mapped_column(String(120), default="")
    account_number_sealed: Mapped[str] = mapped_column("account_number", Text, default="")
    bank: Mapped[str] = mapped_column(String(120), default="")
    reason: Mapped[str] = mapped_column(String(300), default="")
    requested_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    requested_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    # The bank's own number of the transfer, or the gateway's of the refund.
    reference: Mapped[str | None] = mapped_column(String(120), unique=True)
    # The bank's number of the transfer by which it came back.
    returned_reference: Mapped[str | None] = mapped_column(String(120))
