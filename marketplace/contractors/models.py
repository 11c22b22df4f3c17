"""Contractors and their mandates."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class Contractor(Base):
    """A company that runs canteens."""

    __tablename__ = "contractor"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(120), unique=True)
    uscc: Mapped[str] = mapped_column(String(18), unique=True)
    phone: Mapped[str] = mapped_column(String(20))
    registered_at: Mapped[datetime]


class ContractorMandate(Base):
    """From when to when a contractor buys for a unit's canteen, and who in the unit said so."""

    __tablename__ = "contractor_mandate"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="days_in_order"),
        Index(None, "unit_id", "contractor_id"),
        Index(None, "contractor_id"),
    )

    id: Mapped[Id]
    contractor_id: Mapped[int] = mapped_column(ForeignKey("contractor.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("budget_unit.id"))
    from_on: Mapped[date]
    until_on: Mapped[date]
    confirmed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime]
    # Ended by the unit before its time: from this instant on nothing is bought under it.
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(200), default="")
