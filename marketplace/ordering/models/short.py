"""Packs that a producer cannot send, and the buyer's answer."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id

_ASKED = text("state = 'ASKED'")


class ShortRequest(Base):
    """The producer asks to send less than was ordered; it holds once the buyer agrees."""

    __tablename__ = "short_request"
    __table_args__ = (
        CheckConstraint("state IN ('ASKED', 'AGREED', 'REFUSED', 'WITHDRAWN')", name="known_state"),
        CheckConstraint("(state = 'ASKED') = (answered_at IS NULL)", name="answered_once"),
        Index(None, "order_id"),
        Index(
            "uq_short_request_one_asked",
            "order_id",
            unique=True,
            sqlite_where=_ASKED,
            postgresql_where=_ASKED,
        ),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(200))
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    # Why it was refused.
    answer: Mapped[str] = mapped_column(String(200), default="")


class ShortLine(Base):
    """How many packs of a line will not come."""

    __tablename__ = "short_line"
    __table_args__ = (CheckConstraint("packs > 0", name="packs_positive"),)

    request_id: Mapped[int] = mapped_column(ForeignKey("short_request.id"), primary_key=True)
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), primary_key=True)
    packs: Mapped[int]
