"""Every fen of every sale, by village; and the sums that pages read."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id, exactly_one


class AttributionEntry(Base):
    """One village's part of one line's goods amount, or of its refund. The line was ordered here,
    bought offline, or stands on the receipt of an outlet."""

    __tablename__ = "attribution_entry"
    __table_args__ = (
        CheckConstraint("amount_fen <> 0", name="moves_something"),
        CheckConstraint(exactly_one("order_id", "offline_id", "receipt_id"), name="has_one_source"),
        Index(None, "village_code", "counted_on"),
        Index(None, "order_line_id"),
        Index(None, "batch_id"),
        Index(None, "offline_id", "offline_line_id"),
        Index(None, "receipt_id", "receipt_line_id"),
        Index(None, "producer_id", "counted_on"),
        Index(None, "unit_id", "counted_on"),
    )

    id: Mapped[Id]
    source: Mapped[str] = mapped_column(String(120), unique=True)
    order_id: Mapped[int | None] = mapped_column(index=True)
    order_line_id: Mapped[int | None]
    offline_id: Mapped[int | None]
    offline_line_id: Mapped[int | None]
    receipt_id: Mapped[int | None]
    receipt_line_id: Mapped[int | None]
    village_code: Mapped[str] = mapped_column(ForeignKey("village.code"))
    # Offline goods are not served from a batch of ours.
    batch_id: Mapped[int | None]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    unit_id: Mapped[int | None]
    fund: Mapped[str] = mapped_column(String(12))
    producer_id: Mapped[int]
    workshop_id: Mapped[int | None]
    product_id: Mapped[int]
    host_id: Mapped[int | None]
    session_id: Mapped[int | None]
    channel: Mapped[str] = mapped_column(String(12))
    counted_on: Mapped[date]
    posted_at: Mapped[datetime]


class AttributionTotal(Base):
    """The sum of entries of one scope (a village, the county) by one part (a month, a product).

    Rows of scopes that every sale touches are spread over shards, so that writers do not queue.
    """

    __tablename__ = "attribution_total"

    scope: Mapped[str] = mapped_column(String(12), primary_key=True)
    scope_key: Mapped[str] = mapped_column(String(12), primary_key=True)
    part: Mapped[str] = mapped_column(String(12), primary_key=True)
    part_key: Mapped[str] = mapped_column(String(12), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    shard: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    orders: Mapped[int]
