"""Thresholds in their versions, what was found under them, and everything that was said to it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class SignalRule(Base):
    """A published version of the thresholds of a kind. Appended, never edited; the first version
    of each kind stands in the rules."""

    __tablename__ = "signal_rule"
    __table_args__ = (
        UniqueConstraint("kind", "version"),
        CheckConstraint("version > 1", name="after_the_first"),
        CheckConstraint("reason <> ''", name="with_reason"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(16))
    version: Mapped[int]
    thresholds: Mapped[dict[str, int]] = mapped_column(JSON)
    from_at: Mapped[datetime]
    decided_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(500))


class Signal(Base):
    """Something that was found, with what it rests on. What it says of anyone is a question."""

    __tablename__ = "signal"
    __table_args__ = (
        UniqueConstraint("kind", "key", "version"),
        CheckConstraint("state IN ('OPEN', 'ANSWERED', 'CLOSED')", name="known_state"),
        CheckConstraint("NOT unit_asked OR unit_id IS NOT NULL", name="unit_is_known"),
        CheckConstraint("NOT producer_asked OR producer_id IS NOT NULL", name="producer_is_known"),
        CheckConstraint(
            "state <> 'ANSWERED' OR unit_asked OR producer_asked", name="asked_before_answered"
        ),
        Index(None, "state", "id"),
        Index(None, "unit_id", "id"),
        Index(None, "producer_id", "id"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(16))
    version: Mapped[int]
    # Names the subject within its kind, so that finding it again is quiet.
    key: Mapped[str] = mapped_column(String(80))
    subject_kind: Mapped[str] = mapped_column(String(16))
    subject_id: Mapped[int]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("budget_unit.id"))
    producer_id: Mapped[int | None] = mapped_column(ForeignKey("producer.id"))
    happened_on: Mapped[date]
    found_at: Mapped[datetime]
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(8), default="OPEN")
    # Who was asked reads it from then on.
    unit_asked: Mapped[bool] = mapped_column(default=False)
    producer_asked: Mapped[bool] = mapped_column(default=False)


class SignalStep(Base):
    """What was done with a signal, by whom, in which words. Appended, never edited."""

    __tablename__ = "signal_step"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('FOUND', 'ASKED', 'ANSWERED', 'CLOSED', 'REOPENED')", name="known_kind"
        ),
        CheckConstraint("kind = 'FOUND' OR actor_id IS NOT NULL", name="done_by_somebody"),
        CheckConstraint(
            "(kind IN ('ASKED', 'ANSWERED')) = (side IS NOT NULL)", name="asked_of_a_side"
        ),
        CheckConstraint("side IN ('UNIT', 'PRODUCER')", name="known_side"),
        Index(None, "signal_id", "id"),
    )

    id: Mapped[Id]
    signal_id: Mapped[int] = mapped_column(ForeignKey("signal.id"))
    kind: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]
    # None: found by the nightly look.
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # Who is asked, or answers: neither reads what the other says.
    side: Mapped[str | None] = mapped_column(String(8))
    words: Mapped[str] = mapped_column(String(1000), default="")
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))


class SignalCursor(Base):
    """Until before which day a kind has been looked for."""

    __tablename__ = "signal_cursor"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    looked_until: Mapped[date]
    looked_at: Mapped[datetime]


class SignalReplay(Base):
    """The past looked at once more under a version, and how far that has come."""

    __tablename__ = "signal_replay"
    __table_args__ = (
        CheckConstraint("from_on < until_on", name="days_in_order"),
        CheckConstraint("found >= 0", name="found_not_negative"),
        Index(None, "kind", "id"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(16))
    version: Mapped[int]
    from_on: Mapped[date]
    until_on: Mapped[date]
    looked_until: Mapped[date]
    found: Mapped[int] = mapped_column(default=0)
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
