"""Budget units in their tree, with headcounts that change only by dated revisions."""

from datetime import date, datetime

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


class BudgetUnit(Base):
    """A body with a fiscal budget. A supervising unit sees those below it."""

    __tablename__ = "budget_unit"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 3", name="known_level"),
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_its_own_parent"),
    )

    id: Mapped[Id]
    # Name and supervisor of today, or of its last day; `unit_placement` has those of any day.
    name: Mapped[str] = mapped_column(String(120), unique=True)
    level: Mapped[int]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("budget_unit.id"), index=True)
    # Never filled: who succeeds whom is kept in `unit_succession`, which knows of mergers too.
    predecessor_id: Mapped[int | None] = mapped_column(ForeignKey("budget_unit.id"))
    division_code: Mapped[str] = mapped_column(String(12), index=True)
    canteen_status: Mapped[str] = mapped_column(String(16), default="NONE")
    # Switching this off is logged: a purchase may then be approved by the one who made it.
    four_eyes: Mapped[bool] = mapped_column(default=True)
    address: Mapped[str] = mapped_column(String(200), default="")
    # The first day it was no more.
    ended_on: Mapped[date | None]
    # How much of it may be owed at once for goods that came before the money; None: no limit.
    credit_limit_fen: Mapped[int | None] = mapped_column(BigInteger)


class UnitPlacement(Base):
    """Under which name and which supervisor a unit stood, from a day until before another."""

    __tablename__ = "unit_placement"
    __table_args__ = (
        UniqueConstraint("unit_id", "from_on"),
        CheckConstraint("until_on > from_on", name="days_in_order"),
        Index(None, "parent_id"),
    )

    id: Mapped[Id]
    unit_id: Mapped[int] = mapped_column(ForeignKey("budget_unit.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("budget_unit.id"))
    name: Mapped[str] = mapped_column(String(120))
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    # Why it came to stand so; empty for what it stood like at first.
    reason: Mapped[str] = mapped_column(String(200), default="")


class UnitSuccession(Base):
    """A unit that ended, and one that took over from it."""

    __tablename__ = "unit_succession"
    __table_args__ = (
        CheckConstraint("kind IN ('MERGED', 'SPLIT')", name="known_kind"),
        CheckConstraint("predecessor_id <> successor_id", name="between_two_units"),
    )

    predecessor_id: Mapped[int] = mapped_column(ForeignKey("budget_unit.id"), primary_key=True)
    successor_id: Mapped[int] = mapped_column(
        ForeignKey("budget_unit.id"), primary_key=True, index=True
    )
    kind: Mapped[str] = mapped_column(String(8))
    on_day: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200))
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]


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
    """The office that runs the marketplace in a county, or looks after all counties of an area."""

    __tablename__ = "operations_centre"
    __table_args__ = (
        # A county has six digits, a city four, a province two, the nation none.
        CheckConstraint("length(county_code) IN (0, 2, 4, 6)", name="known_area"),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(120))
    county_code: Mapped[str] = mapped_column(String(12), unique=True)
    bank_account_name: Mapped[str] = mapped_column(String(120))
    bank_account_number_sealed: Mapped[str] = mapped_column("bank_account_number", Text)
    bank_name: Mapped[str] = mapped_column(String(120))
