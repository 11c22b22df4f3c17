"""Filings by revision, what was said about them, and until when a year is to be filed."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class QuotaFiling(Base):
    """A unit's statement for a year. What was approved never changes: a revision follows it."""

    __tablename__ = "quota_filing"
    __table_args__ = (
        UniqueConstraint("unit_id", "year", "revision"),
        CheckConstraint(
            "state IN ('DRAFT', 'SUBMITTED', 'REVIEWED', 'APPROVED', 'RETURNED')",
            name="known_state",
        ),
        CheckConstraint(
            "canteen_status IN ('OWN', 'NONE', 'SHARED_LEAD', 'SHARED_MEMBER', 'OUTSOURCED')",
            name="known_canteen",
        ),
        CheckConstraint(
            "headcount >= 0 AND canteen_spend_fen >= 0 AND union_spend_fen >= 0",
            name="not_negative",
        ),
        Index(None, "year", "state", "id"),
    )

    id: Mapped[Id]
    unit_id: Mapped[int] = mapped_column(ForeignKey("budget_unit.id"))
    year: Mapped[int]
    revision: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    headcount: Mapped[int]
    canteen_status: Mapped[str] = mapped_column(String(16))
    # SHARED_MEMBER: the unit whose canteen it is, and whose target.
    lead_unit_id: Mapped[int | None] = mapped_column(ForeignKey("budget_unit.id"))
    # What canteen and union plan to spend in the year on food and on welfare.
    canteen_spend_fen: Mapped[int] = mapped_column(BigInteger)
    union_spend_fen: Mapped[int] = mapped_column(BigInteger)
    remark: Mapped[str] = mapped_column(String(500), default="")
    # The day from which the headcount holds, and for a revision why it was needed.
    effective_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200), default="")
    filed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    filed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]


class FilingStep(Base):
    """What was done with a filing, by whom, in which words. Appended, never edited."""

    __tablename__ = "filing_step"
    __table_args__ = (Index(None, "filing_id", "id"),)

    id: Mapped[Id]
    filing_id: Mapped[int] = mapped_column(ForeignKey("quota_filing.id"))
    at: Mapped[datetime]
    actor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(String(500), default="")


class FilingPaper(Base):
    """A file that belongs to a filing."""

    __tablename__ = "filing_paper"

    filing_id: Mapped[int] = mapped_column(ForeignKey("quota_filing.id"), primary_key=True)
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"), primary_key=True)


class FilingYear(Base):
    """Until when a year is to be filed."""

    __tablename__ = "filing_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    due_on: Mapped[date]
    set_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime]
