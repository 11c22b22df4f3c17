"""Money given back after acceptance, what was said about it, and invoices."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class Refund(Base):
    """Money that goes back to the buyer's account with the marketplace."""

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="gives_something"),
        CheckConstraint("state IN ('REQUESTED', 'DONE', 'REJECTED')", name="known_state"),
        Index(None, "stage", "due_at"),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    state: Mapped[str] = mapped_column(String(12))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    # What is wrong with the goods; None where only the words tell.
    ground: Mapped[str | None] = mapped_column(String(12))
    # Whose turn it is, and until when.
    stage: Mapped[str] = mapped_column(String(12), default="ASKED", server_default="ASKED")
    due_at: Mapped[datetime | None]
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


class AfterSaleStep(Base):
    """What was said and done about a request, by whom: asked, answered, handed to the county,
    decided, withdrawn. Appended, never edited."""

    __tablename__ = "after_sale_step"
    __table_args__ = (Index(None, "refund_id", "id"),)

    id: Mapped[Id]
    refund_id: Mapped[int] = mapped_column(ForeignKey("refund.id"))
    at: Mapped[datetime]
    # None is the marketplace itself: a deadline that passed.
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(String(500), default="")
    # Ids of uploads: photographs of what is wrong.
    uploads: Mapped[list[Any]] = mapped_column(JSON, default=list)


class Invoice(Base):
    """A fully digital invoice (数电票). Its number is taken once in the whole marketplace."""

    __tablename__ = "invoice"
    __table_args__ = (
        CheckConstraint("kind IN ('BLUE', 'RED')", name="known_kind"),
        CheckConstraint("state IN ('ISSUED', 'CHECKED', 'REVERSED')", name="known_state"),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        Index(None, "registered_at"),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    kind: Mapped[str] = mapped_column(String(4))
    number: Mapped[str] = mapped_column(String(20), unique=True)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    issued_on: Mapped[date]
    # Who sold according to the invoice itself; empty where nobody has copied it.
    seller_uscc: Mapped[str] = mapped_column(String(18), default="", server_default="")
    # A red invoice takes back a blue one, whole or in part.
    red_of_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"), index=True)
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    state: Mapped[str] = mapped_column(String(8), default="ISSUED")
    registered_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    registered_at: Mapped[datetime]
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    checked_at: Mapped[datetime | None]
