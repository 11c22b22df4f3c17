"""The trail of changes and the chain that seals it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class AuditEntry(Base):
    """One change of money, quota, attribution, rules, roles or certificates."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index(None, "object_kind", "object_id"),
        Index(None, "actor_id", "id"),
        Index(None, "action", "id"),
        Index(None, "county_code", "id"),
    )

    id: Mapped[Id]
    at: Mapped[datetime]
    # None is the marketplace itself: the worker, a gateway's message.
    actor_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(60))
    object_kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(40))
    # By which way: a request, a job, a command.
    origin: Mapped[str] = mapped_column(String(60), default="")
    # Whose chain it is in; empty: that of the marketplace itself.
    county_code: Mapped[str] = mapped_column(String(6), default="", server_default="")
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class AuditLink(Base):
    """The seal of one entry. Written by the worker, so that writers never queue for the chain.

    Each county has a chain of its own, so that it can be handed over and followed by itself.
    """

    __tablename__ = "audit_link"
    __table_args__ = (UniqueConstraint("county_code", "position"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entry.id"), primary_key=True)
    county_code: Mapped[str] = mapped_column(String(6), default="", server_default="")
    position: Mapped[int]
    previous_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class AuditVerdict(Base):
    """What following the chains found, each night. Added, never changed."""

    __tablename__ = "audit_verdict"

    id: Mapped[Id]
    at: Mapped[datetime]
    links: Mapped[int]
    unsealed: Mapped[int]
    heads: Mapped[dict[str, str]] = mapped_column(JSON)
    # The first broken link (position, entry_id, why, county_code), if any.
    broken: Mapped[dict[str, Any] | None] = mapped_column(JSON)
