"""Claims, what they earned, and disputes about them."""

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


class CommissionClaim(Base):
    """To whom the sale of an order line belongs, and why: decided when it was placed.

    A dispute that is granted adds a version; the latest holds.
    """

    __tablename__ = "commission_claim"
    __table_args__ = (
        UniqueConstraint("order_line_id", "version"),
        CheckConstraint("rate_ppm >= 0 AND rate_ppm <= 500000", name="rate_in_bounds"),
        CheckConstraint("agency_ppm >= 0 AND agency_ppm <= 1000000", name="share_is_a_part"),
        CheckConstraint("host_id IS NOT NULL OR rate_ppm = 0", name="nobody_earns_nothing"),
        Index(None, "order_id"),
        Index(None, "session_id", "id"),
        Index(None, "host_id", "id"),
    )

    id: Mapped[Id]
    order_line_id: Mapped[int]
    version: Mapped[int]
    order_id: Mapped[int]
    product_id: Mapped[int]
    # Whose sale it is; None: nobody's, and the outcome says why.
    host_id: Mapped[int | None]
    session_id: Mapped[int | None]
    offer_id: Mapped[int | None]
    agency_id: Mapped[int | None]
    agency_ppm: Mapped[int]
    # Zero: it is the host's sale, and earns nothing.
    rate_ppm: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(24))
    # What the words of the outcome name: host, session, days, numbers as they were.
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    rule_id: Mapped[int | None]
    decided_at: Mapped[datetime]


class CommissionEntry(Base):
    """What a recognised amount, or its refund, earned. Added, never changed."""

    __tablename__ = "commission_entry"
    __table_args__ = (
        CheckConstraint("base_fen <> 0 OR host_fen <> 0 OR agency_fen <> 0", name="says_something"),
        CheckConstraint("agency_id IS NOT NULL OR agency_fen = 0", name="agency_is_named"),
        Index(None, "order_id"),
        Index(None, "order_line_id"),
        Index(None, "host_id", "counted_on"),
        Index(None, "agency_id", "counted_on"),
        Index(None, "session_id", "counted_on"),
    )

    id: Mapped[Id]
    source: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    order_id: Mapped[int]
    order_line_id: Mapped[int]
    product_id: Mapped[int]
    producer_id: Mapped[int]
    host_id: Mapped[int]
    session_id: Mapped[int | None]
    agency_id: Mapped[int | None]
    # The net amount recognised (negative: given back), and what of the rate went to whom.
    base_fen: Mapped[int] = mapped_column(BigInteger)
    host_fen: Mapped[int] = mapped_column(BigInteger)
    agency_fen: Mapped[int] = mapped_column(BigInteger)
    counted_on: Mapped[date]
    posted_at: Mapped[datetime]


class CommissionDispute(Base):
    """A host says that a sale was theirs, or a sum is wrong; the county answers with a reason."""

    __tablename__ = "commission_dispute"
    __table_args__ = (
        CheckConstraint("state IN ('OPEN', 'GRANTED', 'REFUSED', 'WITHDRAWN')", name="known_state"),
        CheckConstraint("(state = 'OPEN') = (open_for IS NOT NULL)", name="open_while_open"),
        CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name="four_eyes"),
        Index(None, "state", "id"),
        Index(None, "host_id", "id"),
    )

    id: Mapped[Id]
    host_id: Mapped[int]
    order_id: Mapped[int] = mapped_column(index=True)
    # "host:order", while it is open: nobody asks twice at once.
    open_for: Mapped[str | None] = mapped_column(String(48), unique=True)
    state: Mapped[str] = mapped_column(String(12))
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    words: Mapped[str] = mapped_column(String(500))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(String(500), default="")


class DisputeStep(Base):
    """What was said in a dispute. Appended, never edited."""

    __tablename__ = "dispute_step"
    __table_args__ = (Index(None, "dispute_id", "id"),)

    id: Mapped[Id]
    dispute_id: Mapped[int] = mapped_column(ForeignKey("commission_dispute.id"))
    kind: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]
    actor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str] = mapped_column(String(500))
