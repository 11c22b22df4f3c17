"""Photographs, a producer's own numbers, the steps of a listing, and what waits for a review."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class ProductPhoto(Base):
    """A photograph of a product: drawn anew by us in three sizes, so that nothing of the file
    that came in is left. Its mark is the hash of the largest."""

    __tablename__ = "product_photo"
    __table_args__ = (
        Unique("product_id", "mark"),
        CheckConstraint("width > 0 AND height > 0", name="has_a_size"),
        Index(None, "mark"),
    )

    id: Mapped[Id]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    mark: Mapped[str] = mapped_column(String(64))
    position: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    card_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    page_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    full_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))


class VariantSku(Base):
    """The number under which a producer knows a pack; theirs alone, and once."""

    __tablename__ = "variant_sku"

    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), primary_key=True)
    sku: Mapped[str] = mapped_column(String(40), primary_key=True, index=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"), unique=True)


class ListingStep(Base):
    """What happened to a listing: handed in, returned with a reason, published, changed."""

    __tablename__ = "listing_step"
    __table_args__ = (Index(None, "product_id", "id"),)

    id: Mapped[Id]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    kind: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]
    actor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str] = mapped_column(String(500))


class ChangeRequest(Base):
    """Changes of a published product that the operations centre looks at first. Until then the
    old offer stays for sale."""

    __tablename__ = "change_request"
    __table_args__ = (
        CheckConstraint(
            "state IN ('WAITING', 'AGREED', 'RETURNED', 'WITHDRAWN')", name="known_state"
        ),
        CheckConstraint("(state = 'WAITING') = (open_for IS NOT NULL)", name="open_while_waiting"),
        CheckConstraint(
            "(state = 'WAITING') = (decided_at IS NULL)", name="decided_when_not_waiting"
        ),
        Index(None, "state", "id"),
    )

    id: Mapped[Id]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    # The product while the request waits: one at a time.
    open_for: Mapped[int | None] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(String(12))
    # As `listing.rules.changes_between` writes them.
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(500))
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(String(500), default="")


class ImportRun(Base):
    """A table that was handed in: its rows as they stand, mended or not, and what became of it."""

    __tablename__ = "import_run"
    __table_args__ = (
        CheckConstraint("state IN ('CHECKED', 'WAITING', 'DONE', 'REFUSED')", name="known_state"),
        CheckConstraint("(state IN ('DONE', 'REFUSED')) = (done_at IS NOT NULL)", name="done_at"),
        Index(None, "producer_id", "id"),
    )

    id: Mapped[Id]
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    name: Mapped[str] = mapped_column(String(120))
    rows: Mapped[list[list[str]]] = mapped_column(JSON, deferred=True)
    row_count: Mapped[int]
    bad_count: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    # Only the good rows of a table with bad ones are wanted.
    takes_good: Mapped[bool] = mapped_column(default=False)
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    # How many rows added, changed, wait for a review, were there already.
    outcome: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
