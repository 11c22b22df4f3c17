"""Reviews with their photographs, what was answered, why one is hidden, and kept totals."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class Review(Base):
    """What a buyer says of a product of an order. The database refuses to delete one."""

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("order_id", "product_id"),
        CheckConstraint("rating BETWEEN 1 AND 5", name="known_rating"),
        Index(None, "product_id", "is_hidden", "id"),
        Index(None, "producer_id", "is_hidden", "id"),
        Index(None, "written_at"),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    # As it was called when it was bought.
    product_name: Mapped[str] = mapped_column(String(120))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # Whether it was bought for a unit; the unit's name is not shown.
    is_of_unit: Mapped[bool]
    rating: Mapped[int]
    text: Mapped[str] = mapped_column(String(1000), default="")
    written_at: Mapped[datetime]
    is_hidden: Mapped[bool] = mapped_column(default=False)


class ReviewPhoto(Base):
    """A photograph that came with a review."""

    __tablename__ = "review_photo"

    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), primary_key=True)
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"), primary_key=True, index=True)


class ReviewWord(Base):
    """The producer's answer, or what the buyer adds later. Appended, never edited."""

    __tablename__ = "review_word"
    __table_args__ = (
        UniqueConstraint("review_id", "kind"),
        CheckConstraint("kind IN ('ANSWER', 'FOLLOW_UP')", name="known_kind"),
    )

    id: Mapped[Id]
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    kind: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(String(1000))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]


class ReviewStep(Base):
    """Why a review was hidden, or shown again, and by whom. Appended, never edited."""

    __tablename__ = "review_step"
    __table_args__ = (
        CheckConstraint("kind IN ('HIDDEN', 'SHOWN')", name="known_kind"),
        CheckConstraint("kind <> 'HIDDEN' OR ground <> ''", name="hidden_with_ground"),
        Index(None, "review_id", "id"),
    )

    id: Mapped[Id]
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    kind: Mapped[str] = mapped_column(String(8))
    ground: Mapped[str] = mapped_column(String(12), default="")
    words: Mapped[str] = mapped_column(String(500))
    actor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class ReviewTotal(Base):
    """How many reviews are shown of a product or a producer, and their stars together."""

    __tablename__ = "review_total"
    __table_args__ = (
        CheckConstraint("kind IN ('PRODUCT', 'PRODUCER')", name="known_kind"),
        CheckConstraint(
            "number >= 0 AND stars >= number AND stars <= 5 * number", name="stars_of_reviews"
        ),
    )

    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    object_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    stars: Mapped[int]
