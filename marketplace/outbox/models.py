"""Rows that stand for work still to be done, and proof of work already done."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class OutboxMessage(Base):
    """A job written in the transaction that makes it necessary; taken by a worker on a lease."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        # What waits, in the order in which it is taken; what is done is not in it.
        Index(
            "ix_outbox_message_due",
            "not_before",
            "id",
            postgresql_where=text("done_at IS NULL"),
            sqlite_where=text("done_at IS NULL"),
        ),
        Index(
            "ix_outbox_message_done",
            "done_at",
            postgresql_where=text("done_at IS NOT NULL"),
            sqlite_where=text("done_at IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    job: Mapped[str] = mapped_column(String(60))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    # The same effect asked for twice is one row: the second asking changes nothing.
    effect_key: Mapped[str] = mapped_column(String(120), unique=True)
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    lease: Mapped[str | None] = mapped_column(String(32))
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)


class Schedule(Base):
    """When a repeating job is next due. Whoever moves the time forward has taken the turn."""

    __tablename__ = "schedule"

    job: Mapped[str] = mapped_column(String(60), primary_key=True)
    next_at: Mapped[datetime]
    # What people are shown of it: how often, how the last turns went.
    every_s: Mapped[int | None]
    done_at: Mapped[datetime | None]
    took_ms: Mapped[int | None]
    failed_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(200))


class WorkerSeen(Base):
    """The last sign of life of each worker, for the readiness check."""

    __tablename__ = "worker_seen"

    worker: Mapped[str] = mapped_column(String(80), primary_key=True)
    seen_at: Mapped[datetime]


class IdempotentRequest(Base):
    """The first answer given under a person's Idempotency-Key."""

    __tablename__ = "idempotent_request"

    person_id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    body_sealed: Mapped[str] = mapped_column("body", Text)
    at: Mapped[datetime]


class SentMail(Base):
    """A letter handed to the mail system, once per effect."""

    __tablename__ = "sent_mail"
    __table_args__ = (Index(None, "sent_at"),)

    effect_key: Mapped[str] = mapped_column(String(120), primary_key=True)
    recipient: Mapped[str] = mapped_column(String(120))
    subject: Mapped[str]
    body: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime]
