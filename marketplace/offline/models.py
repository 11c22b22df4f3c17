"""Purchases made outside, their lines and papers, and what was done with them by whom."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class OfflinePurchase(Base):
    """What a unit bought from one of our producers elsewhere, with one invoice."""

    __tablename__ = "offline_purchase"
    __table_args__ = (
        CheckConstraint("outlet IN ('CABINET', 'FAIR', 'VILLAGE', 'OTHER')", name="known_outlet"),
        CheckConstraint("fund IN ('CANTEEN', 'UNION', 'OTHER')", name="known_fund"),
        CheckConstraint(
            "state IN ('FILED', 'CHECKED', 'VERIFIED', 'RETURNED', 'REFUSED', 'REVERSED')",
            name="known_state",
        ),
        CheckConstraint("goods_fen > 0 AND goods_fen <= invoice_fen", name="within_invoice"),
        # Three persons: one files, a second checks in the unit, a third verifies in the centre.
        CheckConstraint("checked_by <> filed_by", name="checked_by_another"),
        CheckConstraint(
            "verified_by <> filed_by AND verified_by <> checked_by", name="verified_by_a_third"
        ),
        CheckConstraint(
            "state NOT IN ('VERIFIED', 'REVERSED') OR (checked_by IS NOT NULL"
            " AND verified_by IS NOT NULL AND recognised_on IS NOT NULL)",
            name="verified_with_both",
        ),
        Index(None, "unit_id", "id"),
        Index(None, "state", "id"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(16), unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("budget_unit.id"))
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    outlet: Mapped[str] = mapped_column(String(8))
    bought_on: Mapped[date]
    fund: Mapped[str] = mapped_column(String(12))
    invoice_number: Mapped[str] = mapped_column(String(20))
    invoice_fen: Mapped[int] = mapped_column(BigInteger)
    goods_fen: Mapped[int] = mapped_column(BigInteger)
    remark: Mapped[str] = mapped_column(String(500), default="")
    state: Mapped[str] = mapped_column(String(8))
    filed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    filed_at: Mapped[datetime]
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    verified_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # The day it counts on, once it is verified.
    recognised_on: Mapped[date | None]


class OfflineLine(Base):
    """A product of an offline purchase, as it was on the day it was verified."""

    __tablename__ = "offline_line"
    __table_args__ = (
        CheckConstraint("packs > 0", name="packs_positive"),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
    )

    id: Mapped[Id]
    offline_id: Mapped[int] = mapped_column(ForeignKey("offline_purchase.id"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    product_name: Mapped[str] = mapped_column(String(120))
    workshop_id: Mapped[int | None] = mapped_column(ForeignKey("workshop.id"))
    packs: Mapped[int]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    # Whether a certificate was in force on the day it was bought.
    is_certified: Mapped[bool]
    # Under how many rules it counted when it was verified: what proves its entries whole.
    counted_rules: Mapped[int] = mapped_column(default=0)


class OfflinePaper(Base):
    """The proof (invoice or receipt) or the photograph of an offline purchase."""

    __tablename__ = "offline_paper"
    __table_args__ = (CheckConstraint("kind IN ('PROOF', 'PHOTOGRAPH')", name="known_kind"),)

    offline_id: Mapped[int] = mapped_column(ForeignKey("offline_purchase.id"), primary_key=True)
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))


class OfflineStep(Base):
    """What was done with an offline purchase, by whom, in which words. Appended, never edited."""

    __tablename__ = "offline_step"
    __table_args__ = (Index(None, "offline_id", "id"),)

    id: Mapped[Id]
    offline_id: Mapped[int] = mapped_column(ForeignKey("offline_purchase.id"))
    at: Mapped[datetime]
    actor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(String(500), default="")
