"""Requests for quotation: what is asked of whom, every answer, and which one was chosen."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class Inquiry(Base):
    """A unit asks several producers what something would cost."""

    __tablename__ = "inquiry"
    __table_args__ = (
        CheckConstraint("state IN ('ASKED', 'CHOSEN', 'DECIDED', 'CLOSED')", name="known_state"),
        Index(None, "unit_id", "state", "id"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(16), unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("budget_unit.id"))
    title: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(8))
    # Answers come until the end of this day; goods are wanted by that one.
    answer_until: Mapped[date]
    wanted_by: Mapped[date]
    address: Mapped[str] = mapped_column(String(200))
    remark: Mapped[str] = mapped_column(String(500), default="")
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    # Where the producers asked have all answered, the answers were opened at this moment.
    all_answered_at: Mapped[datetime | None]
    # Whose latest answer was chosen; no answer comes while somebody is chosen.
    chosen_producer_id: Mapped[int | None] = mapped_column(ForeignKey("producer.id"))
    choice_reason: Mapped[str] = mapped_column(String(500), default="")
    chosen_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("framework_contract.id"))


class InquiryLine(Base):
    """Packs of a known product, or of something described in words."""

    __tablename__ = "inquiry_line"
    __table_args__ = (
        UniqueConstraint("inquiry_id", "position"),
        CheckConstraint("packs > 0", name="packs_positive"),
    )

    id: Mapped[Id]
    inquiry_id: Mapped[int] = mapped_column(ForeignKey("inquiry.id"))
    position: Mapped[int]
    variant_id: Mapped[int | None] = mapped_column(ForeignKey("variant.id"))
    words: Mapped[str] = mapped_column(String(120))
    packs: Mapped[int]


class InquiryProducer(Base):
    """A producer who was asked."""

    __tablename__ = "inquiry_producer"

    inquiry_id: Mapped[int] = mapped_column(ForeignKey("inquiry.id"), primary_key=True)
    producer_id: Mapped[int] = mapped_column(
        ForeignKey("producer.id"), primary_key=True, index=True
    )


class Quotation(Base):
    """An answer. A better one follows it as the next revision; none is ever edited."""

    __tablename__ = "quotation"
    __table_args__ = (
        UniqueConstraint("inquiry_id", "producer_id", "revision"),
        CheckConstraint("freight_fen >= 0 AND delivery_days >= 0", name="not_negative"),
    )

    id: Mapped[Id]
    inquiry_id: Mapped[int] = mapped_column(ForeignKey("inquiry.id"))
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    revision: Mapped[int]
    freight_fen: Mapped[int] = mapped_column(BigInteger)
    delivery_days: Mapped[int]
    valid_until: Mapped[date]
    remark: Mapped[str] = mapped_column(String(500), default="")
    answered_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime]


class QuotationLine(Base):
    """The price of each pack of a line, tied to a pack on sale. What a producer cannot supply
    has no row."""

    __tablename__ = "quotation_line"
    __table_args__ = (CheckConstraint("price_fen > 0", name="price_positive"),)

    quotation_id: Mapped[int] = mapped_column(ForeignKey("quotation.id"), primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("inquiry_line.id"), primary_key=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"))
    price_fen: Mapped[int] = mapped_column(BigInteger)


class InquiryStep(Base):
    """What was done with an inquiry, by whom, in which words. Appended, never edited."""

    __tablename__ = "inquiry_step"
    __table_args__ = (Index(None, "inquiry_id", "id"),)

    id: Mapped[Id]
    inquiry_id: Mapped[int] = mapped_column(ForeignKey("inquiry.id"))
    at: Mapped[datetime]
    actor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(String(500), default="")
