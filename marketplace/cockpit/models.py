"""Figures that were counted beforehand, suggestions, and what the nightly proof found."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class Snapshot(Base):
    """The figures of one family in one county, and when they were counted. Written over."""

    __tablename__ = "cockpit_snapshot"

    county_code: Mapped[str] = mapped_column(String(6), primary_key=True)
    family: Mapped[str] = mapped_column(String(12), primary_key=True)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime]


class SuggestedMatch(Base):
    """A unit with a gap and a village with goods that would close it. Written over."""

    __tablename__ = "suggested_match"
    __table_args__ = (Index(None, "county_code", "place"),)

    unit_id: Mapped[int] = mapped_column(ForeignKey("budget_unit.id"), primary_key=True)
    village_code: Mapped[str] = mapped_column(ForeignKey("village.code"), primary_key=True)
    county_code: Mapped[str] = mapped_column(String(6))
    # Where it stands in the list of its county.
    place: Mapped[int]
    gap_fen: Mapped[int] = mapped_column(BigInteger)
    product_name: Mapped[str] = mapped_column(String(120))
    packs: Mapped[int]
    value_fen: Mapped[int] = mapped_column(BigInteger)
    first_expires_on: Mapped[date | None]
    is_paired: Mapped[bool]
    # What the unit bought of the village this year and last, and what the village sold this year.
    bought_fen: Mapped[int] = mapped_column(BigInteger)
    sold_fen: Mapped[int] = mapped_column(BigInteger)


class MatchNotice(Base):
    """A suggestion that was sent to a unit. Added, never changed."""

    __tablename__ = "match_notice"
    __table_args__ = (
        UniqueConstraint("unit_id", "village_code", "week"),
        CheckConstraint("people > 0", name="somebody_was_told"),
    )

    id: Mapped[Id]
    unit_id: Mapped[int] = mapped_column(ForeignKey("budget_unit.id"))
    village_code: Mapped[str] = mapped_column(ForeignKey("village.code"))
    # `2026-W48`.
    week: Mapped[str] = mapped_column(String(8))
    gap_fen: Mapped[int] = mapped_column(BigInteger)
    people: Mapped[int]
    sent_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    sent_at: Mapped[datetime]


class BooksVerdict(Base):
    """What the proof of the books found, and how long it took. Added, never changed."""

    __tablename__ = "books_verdict"

    id: Mapped[Id]
    proved_at: Mapped[datetime]
    took_ms: Mapped[int]
    # Everything that was compared: check, rows, sums, number of breaks.
    comparisons: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    breaks: Mapped[int]
    # The rows that disagree, as many as anybody reads.
    found: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
