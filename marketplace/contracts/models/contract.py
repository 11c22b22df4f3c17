"""Framework contracts, their lines, what was called off them, and what was said about them."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class FrameworkContract(Base):
    """What a unit and a producer agreed on: prices, and up to how much. It is no sale: only what
    is called off it is. The table itself forbids that more is called off than was agreed."""

    __tablename__ = "framework_contract"
    __table_args__ = (
        CheckConstraint("state IN ('DRAFT', 'OFFERED', 'SIGNED', 'ENDED')", name="known_state"),
        CheckConstraint("side IN ('UNIT', 'PRODUCER')", name="known_side"),
        CheckConstraint("signed_how IN ('PAPER', 'CLOUD')", name="known_signing"),
        CheckConstraint("total_fen > 0", name="total_positive"),
        CheckConstraint("called_fen >= 0 AND called_fen <= total_fen", name="called_within_total"),
        CheckConstraint("freight_fen IS NULL OR freight_fen >= 0", name="freight_not_negative"),
        CheckConstraint("valid_until >= valid_from", name="dates_in_order"),
        Index(None, "unit_id", "state", "id"),
        Index(None, "producer_id", "state", "id"),
        Index(None, "state", "valid_until"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(16), unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("budget_unit.id"))
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    title: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(8))
    # Who wrote it, and who therefore may still change it.
    side: Mapped[str] = mapped_column(String(8))
    # Goods only: freight is agreed per delivery, or follows the producer's rules (None).
    total_fen: Mapped[int] = mapped_column(BigInteger)
    freight_fen: Mapped[int | None] = mapped_column(BigInteger)
    # The sum of the entries, kept so that one UPDATE can use it up.
    called_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    signed_how: Mapped[str] = mapped_column(String(8))
    # What the paper or the signing platform calls it, and the day that stands on it.
    reference: Mapped[str] = mapped_column(String(80), default="")
    signed_on: Mapped[date | None]
    scan_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    # Where goods go when nothing else is said.
    address: Mapped[str] = mapped_column(String(200), default="")
    written_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]
    offered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    unit_signed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    producer_signed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str] = mapped_column(String(500), default="")


class ContractLine(Base):
    """A pack at its agreed price, and how many of it at most."""

    __tablename__ = "contract_line"
    __table_args__ = (
        UniqueConstraint("contract_id", "variant_id"),
        CheckConstraint("price_fen > 0", name="price_positive"),
        CheckConstraint("most_packs IS NULL OR most_packs > 0", name="most_positive"),
        CheckConstraint(
            "called_packs >= 0 AND (most_packs IS NULL OR called_packs <= most_packs)",
            name="called_within_most",
        ),
    )

    id: Mapped[Id]
    contract_id: Mapped[int] = mapped_column(ForeignKey("framework_contract.id"))
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"))
    # What it was called when it was agreed on.
    product_name: Mapped[str] = mapped_column(String(120))
    variant_name: Mapped[str] = mapped_column(String(60))
    price_fen: Mapped[int] = mapped_column(BigInteger)
    most_packs: Mapped[int | None]
    called_packs: Mapped[int] = mapped_column(default=0)


class ContractEntry(Base):
    """Packs and fen called off a line, or given back to it. Appended, never edited: the source
    is unique, so that a retry cannot use a contract twice."""

    __tablename__ = "contract_entry"
    __table_args__ = (
        CheckConstraint("amount_fen <> 0 OR packs <> 0", name="moves_something"),
        Index(None, "contract_id", "id"),
        Index(None, "order_id"),
    )

    id: Mapped[Id]
    contract_id: Mapped[int] = mapped_column(ForeignKey("framework_contract.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("contract_line.id"))
    source: Mapped[str] = mapped_column(String(80), unique=True)
    packs: Mapped[int]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    order_id: Mapped[int]
    at: Mapped[datetime]


class ContractStep(Base):
    """What was done with a contract, by whom, in which words. Appended, never edited."""

    __tablename__ = "contract_step"
    __table_args__ = (Index(None, "contract_id", "id"),)

    id: Mapped[Id]
    contract_id: Mapped[int] = mapped_column(ForeignKey("framework_contract.id"))
    at: Mapped[datetime]
    # None is the marketplace itself: the last day has passed.
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(String(500), default="")
