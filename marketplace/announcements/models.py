"""Announcements."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class Announcement(Base):
    """Something a county says from a day to a day. It is taken down, never deleted."""

    __tablename__ = "announcement"
    __table_args__ = (
        CheckConstraint(
            "audience IN ('ALL', 'UNITS', 'PRODUCERS', 'HOSTS')", name="known_audience"
        ),
        CheckConstraint("until_on >= from_on", name="days_in_order"),
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn_by_somebody"
        ),
        Index(None, "county_code", "until_on"),
    )

    id: Mapped[Id]
    county_code: Mapped[str] = mapped_column(String(6))
    audience: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(80))
    words: Mapped[str] = mapped_column(Text)
    from_on: Mapped[date]
    until_on: Mapped[date]
    is_pinned: Mapped[bool]
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(200), default="")
