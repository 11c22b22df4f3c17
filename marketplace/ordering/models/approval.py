"""How a unit approves: its steps, who stands in for whom, and the steps of each purchase."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class ApprovalStep(Base):
    """A step that purchases of a unit take from an amount on. Without any, one approver does."""

    __tablename__ = "approval_step"
    __table_args__ = (
        UniqueConstraint("unit_id", "position"),
        CheckConstraint("from_fen >= 0", name="amount_not_negative"),
        CheckConstraint(
            "fund IS NULL OR fund IN ('CANTEEN', 'UNION', 'INDIVIDUAL', 'OTHER')",
            name="known_fund",
        ),
    )

    id: Mapped[Id]
    unit_id: Mapped[int] = mapped_column(ForeignKey("budget_unit.id"))
    position: Mapped[int]
    from_fen: Mapped[int] = mapped_column(BigInteger)
    # None: purchases of every fund.
    fund: Mapped[str | None] = mapped_column(String(12))
    approver_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class ApprovalSubstitute(Base):
    """Who approves in somebody's place, on which days, the last one among them."""

    __tablename__ = "approval_substitute"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="days_in_order"),
        CheckConstraint("person_id <> substitute_id", name="someone_else"),
        Index(None, "unit_id", "person_id"),
    )

    id: Mapped[Id]
    unit_id: Mapped[int] = mapped_column(ForeignKey("budget_unit.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    substitute_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    from_on: Mapped[date]
    until_on: Mapped[date]
    set_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class PurchaseStep(Base):
    """A step of one purchase, as the unit's steps were when it was submitted."""

    __tablename__ = "purchase_step"

    purchase_id: Mapped[int] = mapped_column(ForeignKey("purchase.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    approver_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
