"""Bulletins that are being written, and issues as they were signed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class Bulletin(Base):
    """A month's bulletin while it is written: made from the books, then worded by people."""

    __tablename__ = "bulletin"
    __table_args__ = (
        UniqueConstraint("county_code", "period"),
        CheckConstraint("state IN ('DRAFT', 'SIGNED', 'PUBLISHED')", name="known_state"),
    )

    id: Mapped[Id]
    county_code: Mapped[str] = mapped_column(String(6))
    period: Mapped[str] = mapped_column(String(7))
    state: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(120))
    words: Mapped[str] = mapped_column(Text)
    # Why a unit lags, in the words of whoever asked it: unit → words.
    reasons: Mapped[dict[str, str]] = mapped_column(JSON)
    # The figures it is made from, and as of which day they were taken.
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    as_of: Mapped[date]
    # Counts every change, so that two who edit at once do not undo each other unseen.
    turn: Mapped[int]
    # The issue that units see; a later one that is being written does not change it.
    published_number: Mapped[int | None]
    edited_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    edited_at: Mapped[datetime]


class BulletinIssue(Base):
    """A bulletin as it was signed, with the figures it was made from. Added, never changed:
    what turns out wrong is put right by a later issue that says so."""

    __tablename__ = "bulletin_issue"
    __table_args__ = (
        UniqueConstraint("bulletin_id", "number"),
        CheckConstraint("signed_by <> edited_by", name="signed_by_another"),
    )

    id: Mapped[Id]
    bulletin_id: Mapped[int] = mapped_column(ForeignKey("bulletin.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    words: Mapped[str] = mapped_column(Text)
    reasons: Mapped[dict[str, str]] = mapped_column(JSON)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    as_of: Mapped[date]
    # Of all of the above, so that anyone can show it is what was signed.
    sha256: Mapped[str] = mapped_column(String(64))
    edited_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    signed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[datetime]


class BulletinStep(Base):
    """What was done with a bulletin, by whom. Appended, never edited."""

    __tablename__ = "bulletin_step"
    __table_args__ = (Index(None, "bulletin_id", "id"),)

    id: Mapped[Id]
    bulletin_id: Mapped[int] = mapped_column(ForeignKey("bulletin.id"))
    kind: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]
    actor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str] = mapped_column(String(500), default="")
