"""Campaigns."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class Campaign(Base):
    """Something that runs from a day to a day, and what is bought for it says so."""

    __tablename__ = "campaign"
    __table_args__ = (
        CheckConstraint("kind IN ('DONATION', 'FAIR', 'MATCHMAKING')", name="known_kind"),
        CheckConstraint("until_on >= from_on", name="days_in_order"),
        Index(None, "county_code", "until_on"),
    )

    id: Mapped[Id]
    county_code: Mapped[str] = mapped_column(String(6))
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(60))
    place: Mapped[str] = mapped_column(String(120), default="")
    words: Mapped[str] = mapped_column(Text, default="")
    from_on: Mapped[date]
    until_on: Mapped[date]
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
