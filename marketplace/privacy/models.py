"""What people asked for about their data, and when old rows were last removed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class PrivacyRequest(Base):
    """Somebody wants a copy of their data, or wants to be forgotten."""

    __tablename__ = "privacy_request"
    __table_args__ = (
        CheckConstraint("kind IN ('EXPORT', 'ERASURE')", name="known_kind"),
        CheckConstraint(
            "state IN ('WAITING', 'READY', 'EXPIRED', 'DONE', 'WITHDRAWN', 'BLOCKED')",
            name="known_state",
        ),
        CheckConstraint("(state = 'WAITING') = (open_for IS NOT NULL)", name="open_while_waiting"),
        CheckConstraint("(state = 'READY') = (content IS NOT NULL)", name="ready_with_content"),
        Index(None, "person_id", "kind", "id"),
        Index(None, "state", "id"),
        Index(None, "expires_at"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(16), unique=True)
    kind: Mapped[str] = mapped_column(String(8))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(String(12))
    # `EXPORT:12` while it waits: nobody has two of a kind that wait.
    open_for: Mapped[str | None] = mapped_column(String(32), unique=True)
    asked_at: Mapped[datetime]
    # The day by which we promise to have answered.
    due_on: Mapped[date]
    # Erasure: until then it can be taken back.
    not_before: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    # Export: until then it can be fetched; then the content goes and the row stays.
    expires_at: Mapped[datetime | None]
    fetched_at: Mapped[datetime | None]
    # Sealed: whoever takes the database alone reads none of it.
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    size: Mapped[int | None]
    sha256: Mapped[str | None] = mapped_column(String(64))
    # What stood in the way of an erasure on its day: kinds with numbers.
    obstacles: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class RetentionRun(Base):
    """When a job that removes what is too old ran last, and how many rows it removed."""

    __tablename__ = "retention_run"

    job: Mapped[str] = mapped_column(String(60), primary_key=True)
    ran_at: Mapped[datetime]
    removed: Mapped[int]
    removed_in_all: Mapped[int]
