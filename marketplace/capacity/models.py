"""What workshops declare that they can make."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class WorkshopCapacity(Base):
    """What a workshop says it can make, once the operations centre has confirmed it.

    A row for each declaration: the newest confirmed one holds.
    """

    __tablename__ = "workshop_capacity"
    __table_args__ = (
        CheckConstraint("period IN ('YEAR', 'MONTH')", name="known_period"),
        CheckConstraint("measure IN ('KILOGRAM', 'PACK')", name="known_measure"),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("state IN ('DECLARED', 'CONFIRMED', 'REFUSED')", name="known_state"),
        CheckConstraint("decided_by <> declared_by", name="decided_by_another"),
        CheckConstraint("(state = 'DECLARED') = (decided_by IS NULL)", name="decided_with_person"),
        Index(None, "workshop_id", "id"),
        Index(None, "state", "id"),
    )

    id: Mapped[Id]
    workshop_id: Mapped[int] = mapped_column(ForeignKey("workshop.id"))
    period: Mapped[str] = mapped_column(String(8))
    measure: Mapped[str] = mapped_column(String(8))
    amount: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    declared_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    declared_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(200), default="")
