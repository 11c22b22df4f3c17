"""Pairings of units with villages."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class Pairing(Base):
    """A unit stands by a village (结对帮扶) from a day on; ended, it stays with its last day."""

    __tablename__ = "pairing"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="days_in_order"),
        CheckConstraint("(until_on IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        Index(None, "unit_id", "village_code"),
        Index(None, "village_code"),
    )

    id: Mapped[Id]
    unit_id: Mapped[int] = mapped_column(ForeignKey("budget_unit.id"))
    village_code: Mapped[str] = mapped_column(ForeignKey("village.code"))
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    # The paper that says so.
    basis: Mapped[str] = mapped_column(String(120))
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(200), default="")
