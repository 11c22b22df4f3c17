"""Households sealed, the lists they came in, and what each of them received."""

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


class BenefitHousehold(Base):
    """A household as one producer knows it. Name and identity number stand here sealed, apart
    from the entries, so that they can be erased while the entries stay."""

    __tablename__ = "benefit_household"
    __table_args__ = (UniqueConstraint("producer_id", "mark"),)

    id: Mapped[Id]
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    # The same for the same identity number, whoever tells it: households are counted once.
    mark: Mapped[str] = mapped_column(String(64))
    name_sealed: Mapped[str] = mapped_column(Text)
    identity_sealed: Mapped[str] = mapped_column(Text)


class BenefitList(Base):
    """A wage list, dividends or purchase slips of a month, as a producer handed it in."""

    __tablename__ = "benefit_list"
    __table_args__ = (
        UniqueConstraint("producer_id", "kind", "period", "sha256"),
        CheckConstraint("kind IN ('WAGE', 'DIVIDEND', 'SLIP')", name="known_kind"),
    )

    id: Mapped[Id]
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    kind: Mapped[str] = mapped_column(String(8))
    period: Mapped[str] = mapped_column(String(7))
    # Of the rows as they were read: the same list again is the same list.
    sha256: Mapped[str] = mapped_column(String(64))
    told_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    told_at: Mapped[datetime]


class BenefitEntry(Base):
    """What a household received. Appended; a mistake is taken back by a reversing entry."""

    __tablename__ = "benefit_entry"
    __table_args__ = (
        CheckConstraint("amount_fen <> 0", name="amount_not_zero"),
        CheckConstraint("(amount_fen < 0) = (reverses_id IS NOT NULL)", name="less_is_a_reversal"),
        CheckConstraint("reverses_id IS NULL OR words <> ''", name="reversed_with_reason"),
        Index(None, "village_code", "period"),
    )

    id: Mapped[Id]
    list_id: Mapped[int] = mapped_column(ForeignKey("benefit_list.id"), index=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("benefit_household.id"), index=True)
    village_code: Mapped[str] = mapped_column(ForeignKey("village.code"))
    period: Mapped[str] = mapped_column(String(7))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("benefit_entry.id"), unique=True)
    words: Mapped[str] = mapped_column(String(500), default="")
    told_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    told_at: Mapped[datetime]
