"""An order that was bought under the wrong unit, and who agrees that it counts for another."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class Reattribution(Base):
    """A request to count a completed order for another unit; it holds once both sides agree."""

    __tablename__ = "reattribution"
    __table_args__ = (
        CheckConstraint("from_unit_id <> to_unit_id", name="between_two_units"),
        CheckConstraint("state IN ('ASKED', 'DONE', 'REFUSED')", name="known_state"),
        # Four eyes on the side that gives, and two persons on the two sides.
        CheckConstraint("from_approved_by <> asked_by", name="approved_by_another"),
        CheckConstraint("from_approved_by <> to_approved_by", name="approved_on_both_sides"),
        CheckConstraint(
            "state <> 'DONE' OR (from_approved_by IS NOT NULL AND to_approved_by IS NOT NULL)",
            name="done_with_both",
        ),
        Index(None, "order_id", "state"),
        Index(None, "from_unit_id", "id"),
        Index(None, "to_unit_id", "id"),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
    from_unit_id: Mapped[int] = mapped_column(ForeignKey("budget_unit.id"))
    to_unit_id: Mapped[int] = mapped_column(ForeignKey("budget_unit.id"))
    reason: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(8))
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    from_approved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    to_approved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    # Why it was refused.
    answer: Mapped[str] = mapped_column(String(500), default="")
