"""Rules of a county, plans of producers, sessions with what they offer, links and clicks."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class LivestreamRule(Base):
    """How a county attributes sales to hosts, from an instant on. A version never changes."""

    __tablename__ = "livestream_rule"
    __table_args__ = (
        UniqueConstraint("county_code", "version"),
        CheckConstraint("window_days BETWEEN 0 AND 90", name="window_in_days"),
        CheckConstraint("grace_hours BETWEEN 0 AND 720", name="grace_in_hours"),
    )

    id: Mapped[Id]
    county_code: Mapped[str] = mapped_column(String(6))
    version: Mapped[int]
    # How long after a click, or after a session whose code was heard, a purchase still counts.
    window_days: Mapped[int]
    # How long after the end of a session its links still begin a window.
    grace_hours: Mapped[int]
    code_beats_link: Mapped[bool]
    units_earn: Mapped[bool]
    from_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(500))


class CommissionPlan(Base):
    """What a producer pays at most for the sale of one product, or of all it has, by livestream:
    to any host, to the one it names, or to that one alone."""

    __tablename__ = "commission_plan"
    __table_args__ = (
        CheckConstraint("kind IN ('OPEN', 'DIRECTED', 'EXCLUSIVE')", name="known_kind"),
        CheckConstraint("(kind = 'OPEN') = (host_id IS NULL)", name="open_to_all_or_one"),
        CheckConstraint("rate_ppm > 0 AND rate_ppm <= 500000", name="rate_in_bounds"),
        CheckConstraint("until_on >= from_on", name="days_in_order"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        Index(None, "producer_id", "until_on"),
        Index(None, "product_id"),
    )

    id: Mapped[Id]
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    # None: everything the producer sells.
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))
    kind: Mapped[str] = mapped_column(String(12))
    host_id: Mapped[int | None] = mapped_column(ForeignKey("host.id"), index=True)
    rate_ppm: Mapped[int]
    from_on: Mapped[date]
    until_on: Mapped[date]
    offered_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    offered_at: Mapped[datetime]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]


class LiveSession(Base):
    """A host's selling event: planned, looked at by the county, held, ended."""

    __tablename__ = "live_session"
    __table_args__ = (
        CheckConstraint("state IN ('PLANNED', 'LIVE', 'ENDED', 'CANCELLED')", name="known_state"),
        CheckConstraint(
            "check_state IN ('NOT_NEEDED', 'WAITING', 'PASSED', 'REFUSED')", name="known_check"
        ),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint(
            "(state IN ('LIVE', 'ENDED')) = (started_at IS NOT NULL)", name="started_if_held"
        ),
        CheckConstraint("(state = 'ENDED') = (ended_at IS NOT NULL)", name="ended_if_over"),
        Index(None, "host_id", "starts_at"),
        Index(None, "state", "starts_at"),
        Index(None, "check_state", "id"),
    )

    id: Mapped[Id]
    host_id: Mapped[int] = mapped_column(ForeignKey("host.id"))
    county_code: Mapped[str] = mapped_column(String(6))
    title: Mapped[str] = mapped_column(String(80))
    # As planned; the two below are as it was.
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(12))
    check_state: Mapped[str] = mapped_column(String(12))
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]


class SessionOffer(Base):
    """A product in a session, its place in the run sheet, and the commission agreed for it."""

    __tablename__ = "session_offer"
    __table_args__ = (
        UniqueConstraint("session_id", "product_id"),
        CheckConstraint("state IN ('PROPOSED', 'AGREED', 'REFUSED')", name="known_state"),
        CheckConstraint("rate_ppm > 0 AND rate_ppm <= 500000", name="rate_in_bounds"),
        CheckConstraint("limit_per_person > 0", name="limit_positive"),
        Index(None, "product_id", "session_id"),
        Index(None, "producer_id", "state"),
    )

    id: Mapped[Id]
    session_id: Mapped[int] = mapped_column(ForeignKey("live_session.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    position: Mapped[int]
    # The plan under which it was agreed; None: the producer agreed to this offer by itself.
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("commission_plan.id"))
    rate_ppm: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    # Packs that one person may buy while the session is live.
    limit_per_person: Mapped[int | None]
    minutes: Mapped[int] = mapped_column(default=10)
    script: Mapped[str] = mapped_column(String(500), default="")
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]


class ShortLink(Base):
    """The signed address that leads to a product and says by whom."""

    __tablename__ = "short_link"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(20), unique=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("session_offer.id"), unique=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("live_session.id"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    created_at: Mapped[datetime]


class Click(Base):
    """A visitor followed a link in an hour: one row, however often. Nobody is named."""

    __tablename__ = "click"

    link_id: Mapped[int] = mapped_column(ForeignKey("short_link.id"), primary_key=True)
    # Hours since 1970 in UTC.
    hour: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    visitor: Mapped[str] = mapped_column(String(24), primary_key=True)


class LinkTotal(Base):
    """Clicks of a link in an hour, and those that were no person's."""

    __tablename__ = "link_total"

    link_id: Mapped[int] = mapped_column(ForeignKey("short_link.id"), primary_key=True)
    hour: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    clicks: Mapped[int]
    left_out: Mapped[int]


class ClickFile(Base):
    """How far a file of clicks has been counted, so that no line of it is counted twice."""

    __tablename__ = "click_file"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    read_bytes: Mapped[int]
    read_at: Mapped[datetime]


class OfferTaken(Base):
    """Packs of a limited offer that one person has ordered and not given back."""

    __tablename__ = "offer_taken"
    __table_args__ = (CheckConstraint("packs >= 0", name="not_negative"),)

    offer_id: Mapped[int] = mapped_column(ForeignKey("session_offer.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    packs: Mapped[int]


class SessionEntry(Base):
    """The record of a session: what was planned, said, sold and corrected. Only appended."""

    __tablename__ = "session_entry"
    __table_args__ = (Index(None, "session_id", "id"),)

    id: Mapped[Id]
    session_id: Mapped[int] = mapped_column(ForeignKey("live_session.id"))
    kind: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str] = mapped_column(String(500), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
