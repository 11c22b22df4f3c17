"""Rules of the quota as data, entries that count, and totals kept beside them."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id, exactly_one


class QuotaRule(Base):
    """One version of a rule. A published version never changes: a new one replaces it."""

    __tablename__ = "quota_rule"
    __table_args__ = (
        UniqueConstraint("code", "version", "year"),
        CheckConstraint(
            "basis IN ('PER_HEAD_FLOOR', 'PER_HEAD_CAP', 'CANTEEN_RATIO', 'WELFARE_RATIO',"
            " 'NOT_BELOW_LAST_YEAR')",
            name="known_basis",
        ),
        CheckConstraint(
            "recognition_point IN ('PLACED', 'PAID', 'ACCEPTED', 'COMPLETED')",
            name="known_recognition_point",
        ),
        CheckConstraint("amount_fen >= 0 AND ratio_ppm >= 0", name="not_negative"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    year: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    basis: Mapped[str] = mapped_column(String(24))
    amount_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    ratio_ppm: Mapped[int] = mapped_column(default=0)
    # A prefix of division codes: 420304 is the county, 42 the province.
    area: Mapped[str] = mapped_column(String(12))
    # Names of funds that count, separated by commas.
    funds: Mapped[str] = mapped_column(String(60))
    certificate_required: Mapped[bool]
    # Prefixes of village codes that count, separated by commas; empty: every origin.
    origin_prefixes: Mapped[str] = mapped_column(default="")
    recognition_point: Mapped[str] = mapped_column(String(12))
    freight_counts: Mapped[bool]
    is_hard: Mapped[bool]
    legal_reference: Mapped[str]
    published_at: Mapped[datetime | None]


class QuotaEntry(Base):
    """An amount that counts for a unit, or stops counting: a reversal is negative."""

    __tablename__ = "quota_entry"
    __table_args__ = (
        CheckConstraint("amount_fen <> 0", name="moves_something"),
        CheckConstraint(
            "kind IN ('SALE', 'REFUND', 'ADJUSTMENT', 'REATTRIBUTION', 'OFFLINE')",
            name="known_kind",
        ),
        CheckConstraint(exactly_one("order_id", "offline_id", "receipt_id"), name="has_one_source"),
        Index(None, "unit_id", "year", "rule_id"),
        Index(None, "order_id"),
        Index(None, "order_line_id"),
        Index(None, "offline_id", "offline_line_id"),
        Index(None, "receipt_id", "receipt_line_id"),
        # Few entries are of no order: a table of thousands of units adds them up beside the rest.
        Index(
            "ix_quota_entry_outside_part",
            "unit_id",
            "year",
            sqlite_where=text("order_id IS NULL"),
            postgresql_where=text("order_id IS NULL"),
        ),
        # Fewer still take back: whoever looks for what was refunded asks for a day of them.
        Index(
            "ix_quota_entry_taken_back",
            "posted_at",
            sqlite_where=text("amount_fen < 0"),
            postgresql_where=text("amount_fen < 0"),
        ),
    )

    id: Mapped[Id]
    source: Mapped[str] = mapped_column(String(80), unique=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("quota_rule.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("budget_unit.id"))
    # The year it counts in, of the day of recognition in China.
    year: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    fund: Mapped[str] = mapped_column(String(12))
    # What was ordered here, or bought offline, or stands on the receipt of an outlet.
    order_id: Mapped[int | None]
    order_line_id: Mapped[int | None]
    offline_id: Mapped[int | None]
    offline_line_id: Mapped[int | None]
    receipt_id: Mapped[int | None]
    receipt_line_id: Mapped[int | None]
    ordered_on: Mapped[date]
    counted_on: Mapped[date]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("quota_entry.id"))
    posted_at: Mapped[datetime]


class QuotaTotal(Base):
    """The sum of a unit's entries under one rule in one year."""

    __tablename__ = "quota_total"

    unit_id: Mapped[int] = mapped_column(ForeignKey("budget_unit.id"), primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("quota_rule.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    counted_fen: Mapped[int] = mapped_column(BigInteger)


class ClosedYear(Base):
    """A quota year that the finance bureau has closed: later refunds become adjustments."""

    __tablename__ = "closed_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    closed_at: Mapped[datetime]
