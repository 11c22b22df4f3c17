"""Mandates of traders."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class TradeMandate(Base):
    """From when to when a trader may sell what a producer makes, and who there said so."""

    __tablename__ = "trade_mandate"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="days_in_order"),
        CheckConstraint("trader_id <> maker_id", name="between_two"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        Index(None, "trader_id", "maker_id"),
        Index(None, "maker_id"),
    )

    id: Mapped[Id]
    trader_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    maker_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    from_on: Mapped[date]
    until_on: Mapped[date]
    given_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    given_at: Mapped[datetime]
    # Ended by the maker before its time: from this instant on nothing is sold under it.
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(200), default="")
