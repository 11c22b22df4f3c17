"""Notices, and how each person wants to get them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class Notice(Base):
    """Something one person was told once, kept as facts and not as words."""

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint("is_new = (read_at IS NULL AND done_at IS NULL)", name="new_is_new"),
        CheckConstraint("done_at IS NULL OR look_at IS NULL", name="done_is_not_looked_at"),
        # The bell counts, and the inbox lists, along this one.
        Index(None, "person_id", "in_inbox", "is_new", "id"),
        Index(None, "object_kind", "object_id"),
        Index(None, "digest_at", "person_id"),
        Index(None, "look_at", "id"),
        Index(None, "created_at"),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(40))
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    object_kind: Mapped[str] = mapped_column(String(24))
    object_id: Mapped[int]
    address: Mapped[str] = mapped_column(String(200))
    # The same thing told twice is one notice: whoever tells it may be repeated.
    effect_key: Mapped[str] = mapped_column(String(100), unique=True)
    created_at: Mapped[datetime]
    in_inbox: Mapped[bool]
    # Neither read nor settled; kept beside the two so that one index counts it.
    is_new: Mapped[bool] = mapped_column(default=True)
    read_at: Mapped[datetime | None]
    # What it asked for is done, or need not be done any more.
    done_at: Mapped[datetime | None]
    # When it is asked next whether what it asks for still waits; None where it asks nothing.
    look_at: Mapped[datetime | None]
    # When the digest leaves that will tell it, and when a letter told it.
    digest_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]


class NoticePreference(Base):
    """What a person chose for one topic; without a row the defaults hold."""

    __tablename__ = "notice_preference"
    __table_args__ = (
        CheckConstraint("mail IN ('at_once', 'daily', 'weekly', 'never')", name="known_mail"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(String(16), primary_key=True)
    mail: Mapped[str] = mapped_column(String(8))
    in_inbox: Mapped[bool]


class NoticeHours(Base):
    """When a person gets no mail, in minutes of the day in China; equal ones mean: never quiet."""

    __tablename__ = "notice_hours"
    __table_args__ = (
        CheckConstraint(
            "begins BETWEEN 0 AND 1439 AND ends BETWEEN 0 AND 1439", name="minutes_of_a_day"
        ),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    begins: Mapped[int]
    ends: Mapped[int]
    weekends: Mapped[bool]
