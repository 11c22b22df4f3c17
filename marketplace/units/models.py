"""Budget units in their tree, with headcounts that change only by dated revisions."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class BudgetUnit(Base):
    """A body with a fiscal budget. A supervising unit sees those below it."""

    __tablename__ = "budget_unit"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 3", name="known_level"),
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_its_own_parent"),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(120), unique=True)
    level: Mapped[int]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("budget_unit.id"), index=True)
    predecessor_id: Mapped[int | None] = mapped_column(ForeignKey("budget_unit.id"))
    division_code: Mapped[str] = mapped_column(String(12), index=True)
    canteen_status: Mapped[str] = mapped_column(String(16), default="NONE")
    # Switching this off is logged: a purchase may then be approved by the one who made it.
    four_eyes: Mapped[bool] = mapped_column(default=True)
    address: Mapped[str] = mapped_column(String(200), default="")
    ended_on: Mapped[date | None]
    # How much of it may be owed at once for goods that came before the money; None: no limit.
    credit_limit_fen: Mapped[int | None] = mapped_column(BigInteger)


class HeadcountRevision(Base):
    """The number of employees from a day on, as approved."""

    __tablename__ = "headcount_revision"
    __table_args__ = (
        UniqueConstraint("unit_id", "effective_on"),
        CheckConstraint("headcount >= 0", name="headcount_not_negative"),
    )

    id: Mapped[Id]
    unit_id: Mapped[int] = mapped_column(ForeignKey("budget_unit.id"))
    effective_on: Mapped[date]
    headcount: Mapped[int]
    reason: Mapped[str]
    approved_at: Mapped[datetime]


class OperationsCentre(Base):
    """The office that runs the marketplace in one county."""

    __tablename__ = "operations_centre"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(120))
    county_code: Mapped[str] = mapped_column(String(12), unique=True)
    bank_account_name: Mapped[str] = mapped_column(String(120))
    bank_account_number: Mapped[str] = mapped_column(String(40))
    bank_name: Mapped[str] = mapped_column(String(120))
