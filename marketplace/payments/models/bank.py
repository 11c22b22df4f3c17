"""Accounts that people declared, and what the bank's statements tell."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class BankAccount(Base):
    """An account that somebody declared as theirs: transfers are known by it, and paid to it."""

    __tablename__ = "bank_account"
    __table_args__ = (
        CheckConstraint(
            "CASE WHEN unit_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN person_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN producer_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN host_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN agency_id IS NULL THEN 0 ELSE 1 END = 1",
            name="has_one_holder",
        ),
    )

    id: Mapped[Id]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("budget_unit.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    producer_id: Mapped[int | None] = mapped_column(ForeignKey("producer.id"), index=True)
    host_id: Mapped[int | None] = mapped_column(ForeignKey("host.id"), index=True)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"), index=True)
    holder: Mapped[str] = mapped_column(String(120))
    number_sealed: Mapped[str] = mapped_column("number", Text)
    # The same for the same number: transfers are known by it.
    number_mark: Mapped[str] = mapped_column(String(64), index=True, default="")
    bank: Mapped[str] = mapped_column(String(120))
    declared_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    declared_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class BankStatement(Base):
    """A file from the bank, taken in once."""

    __tablename__ = "bank_statement"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    layout: Mapped[str] = mapped_column(String(40))
    imported_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    imported_at: Mapped[datetime]


class BankLine(Base):
    """One transfer on the marketplace's account as the bank tells it; outgoing ones negative."""

    __tablename__ = "bank_line"
    __table_args__ = (
        CheckConstraint("amount_fen <> 0", name="moves_something"),
        CheckConstraint(
            "state IN ('WAITING', 'MATCHED', 'KNOWN', 'SET_ASIDE')", name="known_state"
        ),
        Index(None, "state", "id"),
    )

    id: Mapped[Id]
    statement_id: Mapped[int] = mapped_column(ForeignKey("bank_statement.id"), index=True)
    # The bank's own number of the transfer: the same line of two files is one.
    reference: Mapped[str] = mapped_column(String(80), unique=True)
    booked_on: Mapped[date]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    other_name: Mapped[str] = mapped_column(String(120), default="")
    other_number_sealed: Mapped[str] = mapped_column("other_number", Text, default="")
    other_number_mark: Mapped[str] = mapped_column(String(64), default="")
    text: Mapped[str] = mapped_column(String(300), default="")
    state: Mapped[str] = mapped_column(String(12), default="WAITING")
    # Why it was matched, or why it waits: a `Reason`, or the words of whoever set it aside.
    reason: Mapped[str] = mapped_column(String(300), default="")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]


class BankMatch(Base):
    """A part of a transfer given to a payment, a payout or somebody's credit. Only added."""

    __tablename__ = "bank_match"
    __table_args__ = (CheckConstraint("amount_fen > 0", name="gives_something"),)

    id: Mapped[Id]
    line_id: Mapped[int] = mapped_column(ForeignKey("bank_line.id"), index=True)
    # None: the part became credit of the unit or person named.
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), index=True)
    # The payout that left with this transfer, or came back with it.
    payout_id: Mapped[int | None] = mapped_column(ForeignKey("payout.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("budget_unit.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    matched_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    matched_at: Mapped[datetime]
