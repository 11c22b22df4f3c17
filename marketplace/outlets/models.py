"""Reports of outlets with their receipts and lines, kept sums by month, and costs."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class OutletReport(Base):
    """A table of sales as it was handed in: by the centre, or by a producer for its own goods.
    The same content from the same hands is the same report."""

    __tablename__ = "outlet_report"
    __table_args__ = (
        Unique("outlet_id", "sha256"),
        CheckConstraint("source IN ('FILE', 'API', 'PAGE')", name="known_source"),
        CheckConstraint("state IN ('CHECKED', 'PARTLY', 'WRITTEN')", name="known_state"),
        CheckConstraint("last_day >= first_day", name="days_in_order"),
    )

    id: Mapped[Id]
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id"))
    producer_id: Mapped[int | None] = mapped_column(ForeignKey("producer.id"))
    source: Mapped[str] = mapped_column(String(4))
    name: Mapped[str] = mapped_column(String(120))
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(8))
    # Its rows as words, the headings left out.
    rows: Mapped[list[Any]] = mapped_column(JSON)
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    reported_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reported_at: Mapped[datetime]


class OutletReceipt(Base):
    """What somebody paid at the counter at once. Its number counts once in its outlet, ever.

    A basket may be mixed: the total holds goods that are not ours, `goods_fen` is what of it
    villages sold, and of that `eligible_fen` is recognised.
    """

    __tablename__ = "outlet_receipt"
    __table_args__ = (
        Unique("outlet_id", "number"),
        CheckConstraint(
            "state IN ('PAID', 'WAITING', 'COUNTED', 'REFUSED', 'REVERSED')", name="known_state"
        ),
        CheckConstraint("fund IN ('CANTEEN', 'UNION', 'OTHER', 'INDIVIDUAL')", name="known_fund"),
        CheckConstraint("(unit_id IS NULL) = (fund = 'INDIVIDUAL')", name="fund_of_a_unit"),
        CheckConstraint("goods_fen > 0 AND goods_fen <= total_fen", name="within_total"),
        CheckConstraint("eligible_fen >= 0 AND eligible_fen <= goods_fen", name="within_goods"),
        CheckConstraint("decided_by <> reported_by", name="decided_by_another"),
        Index(None, "outlet_id", "sold_on"),
        Index(None, "report_id"),
        Index(None, "unit_id", "state"),
    )

    id: Mapped[Id]
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id"))
    report_id: Mapped[int] = mapped_column(ForeignKey("outlet_report.id"))
    number: Mapped[str] = mapped_column(String(40))
    sold_on: Mapped[date]
    # The day on which villages are credited with it.
    counted_on: Mapped[date]
    total_fen: Mapped[int] = mapped_column(BigInteger)
    goods_fen: Mapped[int] = mapped_column(BigInteger)
    eligible_fen: Mapped[int] = mapped_column(BigInteger)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("budget_unit.id"))
    fund: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(8))
    # What counts of it under all rules together, once its unit has agreed.
    counted_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    reported_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    reversed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # Why the unit refused it, or why it was reversed.
    words: Mapped[str] = mapped_column(String(500), default="")


class OutletSale(Base):
    """A line of a receipt with goods of ours, by their batch. A mistake is reversed by a line."""

    __tablename__ = "outlet_sale"
    __table_args__ = (
        Unique("receipt_id", "line_number"),
        Unique("reverses_id"),
        CheckConstraint("packs * amount_fen > 0", name="of_one_sign"),
        CheckConstraint("(reverses_id IS NULL) = (packs > 0)", name="reverses_with_less"),
    )

    id: Mapped[Id]
    receipt_id: Mapped[int] = mapped_column(ForeignKey("outlet_receipt.id"))
    line_number: Mapped[int]
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    workshop_id: Mapped[int | None] = mapped_column(ForeignKey("workshop.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    product_name: Mapped[str] = mapped_column(String(120))
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"))
    packs: Mapped[int]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    # Whether a certificate was in force on the day it was sold.
    is_eligible: Mapped[bool]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("outlet_sale.id"))


class OutletMonth(Base):
    """What an outlet's receipts of a month sum to, less those that were reversed."""

    __tablename__ = "outlet_month"

    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    receipts: Mapped[int]
    total_fen: Mapped[int] = mapped_column(BigInteger)
    goods_fen: Mapped[int] = mapped_column(BigInteger)
    eligible_fen: Mapped[int] = mapped_column(BigInteger)


class OutletCost(Base):
    """What an outlet costs in a month. Entered once; a mistake is taken back by an entry."""

    __tablename__ = "outlet_cost"
    __table_args__ = (
        Unique("reverses_id"),
        CheckConstraint("kind IN ('RENT', 'POWER', 'STAFF', 'OTHER')", name="known_kind"),
        CheckConstraint("amount_fen <> 0", name="moves_something"),
        CheckConstraint("(reverses_id IS NULL) = (amount_fen > 0)", name="reverses_with_less"),
        Index(None, "outlet_id", "month"),
    )

    id: Mapped[Id]
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id"))
    month: Mapped[str] = mapped_column(String(7))
    kind: Mapped[str] = mapped_column(String(8))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    words: Mapped[str] = mapped_column(String(200), default="")
    entered_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("outlet_cost.id"))
