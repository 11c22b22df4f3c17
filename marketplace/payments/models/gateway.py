"""What the gateway told us."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class GatewayEvent(Base):
    """What the gateway told us, as it came. Each is written with its effect, and once."""

    __tablename__ = "gateway_event"
    __table_args__ = (
        CheckConstraint("effect IN ('APPLIED', 'NOTHING', 'ODD')", name="known_effect"),
        Index(None, "effect", "id"),
    )

    id: Mapped[Id]
    event_id: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(80))
    payload: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime]
    effect: Mapped[str] = mapped_column(String(8))
    note: Mapped[str] = mapped_column(String(300), default="")
    # Money that came or went past any payment of ours: it waits until somebody knows what it is.
    moved_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), index=True)


class Dispute(Base):
    """A payer's bank took money back; the gateway holds it until it is decided."""

    __tablename__ = "dispute"
    __table_args__ = (
        CheckConstraint("state IN ('OPEN', 'WON', 'LOST')", name="known_state"),
        CheckConstraint("amount_fen > 0", name="disputes_something"),
    )

    id: Mapped[Id]
    gateway_id: Mapped[str] = mapped_column(String(120), unique=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(80), default="")
    state: Mapped[str] = mapped_column(String(8), default="OPEN")
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
