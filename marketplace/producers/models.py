"""Who makes things, and the places where local people find work."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class Producer(Base):
    """A cooperative, workshop, family farm or leading firm that sells."""

    __tablename__ = "producer"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('COOPERATIVE', 'WORKSHOP', 'FAMILY_FARM', 'LEADING_FIRM')", name="known_kind"
        ),
        Index(None, "township_code"),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    # Sells what others make, and that only by their mandate.
    is_trader: Mapped[bool] = mapped_column(default=False, server_default=false())
    uscc: Mapped[str] = mapped_column(String(18), unique=True)
    village_code: Mapped[str] = mapped_column(ForeignKey("village.code"))
    township_code: Mapped[str] = mapped_column(ForeignKey("township.code"))
    phone: Mapped[str] = mapped_column(String(20))
    story: Mapped[str] = mapped_column(Text, default="")
    food_licence: Mapped[str] = mapped_column(String(40), default="")
    # Whether that number is a licence (LICENCE) or a filing (FILING); empty: sells no food.
    food_kind: Mapped[str] = mapped_column(String(8), default="")
    food_valid_until: Mapped[date | None]
    # None: the business licence has no end.
    licence_valid_until: Mapped[date | None]
    # When somebody last compared the papers, and until when it is to be done again.
    verified_on: Mapped[date | None]
    verify_by: Mapped[date | None] = mapped_column(index=True)
    # Freight of one order: a flat amount, free from a value of goods on (0: never free).
    freight_fen: Mapped[int] = mapped_column(default=0)
    free_freight_from_fen: Mapped[int] = mapped_column(default=0)
    joined_at: Mapped[datetime]


class FreightRule(Base):
    """What a producer asks for carriage to a region. The first rule whose region fits holds;
    where none fits, the flat amount of the producer."""

    __tablename__ = "freight_rule"
    __table_args__ = (
        UniqueConstraint("producer_id", "position"),
        CheckConstraint("basis IN ('ORDER', 'PIECE', 'WEIGHT')", name="known_basis"),
        CheckConstraint(
            "first_fen >= 0 AND step_fen >= 0 AND free_from_fen >= 0", name="not_negative"
        ),
        CheckConstraint("first_count > 0 AND step_count > 0", name="counts_positive"),
    )

    id: Mapped[Id]
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    position: Mapped[int]
    # Names of provinces or places as they begin an address, separated by blanks; empty: all.
    regions: Mapped[str] = mapped_column(String(300), default="")
    basis: Mapped[str] = mapped_column(String(8))
    # The first pieces or grams cost `first_fen`, each further step `step_fen`.
    first_count: Mapped[int] = mapped_column(default=1)
    first_fen: Mapped[int] = mapped_column(BigInteger)
    step_count: Mapped[int] = mapped_column(default=1)
    step_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    # Free from this value of goods on (0: never free).
    free_from_fen: Mapped[int] = mapped_column(BigInteger, default=0)


class Workshop(Base):
    """A place in a village that gives local people work; belongs to a producer."""

    __tablename__ = "workshop"
    __table_args__ = (
        CheckConstraint("benefit_kind IN ('WAGE', 'ASSET', 'BUSINESS')", name="known_benefit"),
        CheckConstraint("workers >= 0", name="workers_not_negative"),
    )

    id: Mapped[Id]
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    village_code: Mapped[str] = mapped_column(ForeignKey("village.code"), index=True)
    benefit_kind: Mapped[str] = mapped_column(String(12))
    trade: Mapped[str] = mapped_column(String(40))
    workers: Mapped[int]


class ProducerTerm(Base):
    """How many days something takes: what was never set has its value in the rules."""

    __tablename__ = "producer_term"
    __table_args__ = (CheckConstraint("days BETWEEN 0 AND 365", name="days_of_a_year"),)

    name: Mapped[str] = mapped_column(String(12), primary_key=True)
    days: Mapped[int]
    set_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime]
