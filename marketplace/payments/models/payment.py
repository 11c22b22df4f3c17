"""Payments asked for, declared and received."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class Payment(Base):
    """One way in which a purchase is to be paid. What arrives is kept as it arrived."""

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="asks_for_something"),
        CheckConstraint("received_fen >= 0", name="received_not_negative"),
        CheckConstraint("method IN ('bank_transfer', 'stripe', 'simulated')", name="known_method"),
        CheckConstraint("state IN ('DUE', 'DECLARED', 'RECEIVED', 'VOIDED')", name="known_state"),
        Index(None, "gateway_id", unique=True),
        Index(None, "intent_id", unique=True),
    )

    id: Mapped[Id]
    purchase_id: Mapped[int] = mapped_column(ForeignKey("purchase.id"), index=True)
    method: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(12), default="DUE")
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    remittance_code: Mapped[str] = mapped_column(String(12), unique=True)
    received_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    received_on: Mapped[date | None]
    # The bank's own number of the transfer: the same money cannot be confirmed twice.
    reference: Mapped[str | None] = mapped_column(String(80), unique=True)
    created_at: Mapped[datetime]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]
    # What the gateway calls it: its page to pay on, and the payment that came of it.
    gateway_id: Mapped[str | None] = mapped_column(String(120))
    intent_id: Mapped[str | None] = mapped_column(String(120))
    checkout_url: Mapped[str | None] = mapped_column(String(2000))
