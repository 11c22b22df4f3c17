"""What is for sale, in which packs, from which batches and villages."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, Id


class Category(Base):
    __tablename__ = "category"

    code: Mapped[str] = mapped_column(String(24), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(40))
    picture: Mapped[str] = mapped_column(String(24))
    position: Mapped[int]
    # Fresh goods must be complained about within 48 hours, others within seven days.
    is_fresh: Mapped[bool] = mapped_column(default=False)


class Product(Base):
    """A product of one producer. What lists need is kept on the row, so that a page reads once."""

    __tablename__ = "product"
    __table_args__ = (
        CheckConstraint(
            "state IN ('DRAFT', 'SUBMITTED', 'PUBLISHED', 'WITHDRAWN')", name="known_state"
        ),
        CheckConstraint("lowest_price_fen >= 0", name="price_not_negative"),
        Index("ix_product_category", "state", "category_code", "sold_quantity", "id"),
        Index("ix_product_category_price", "state", "category_code", "lowest_price_fen", "id"),
        Index("ix_product_category_newest", "state", "category_code", "published_at", "id"),
        Index("ix_product_category_township", "state", "category_code", "township_code"),
        Index("ix_product_sold", "state", "sold_quantity", "id"),
        Index("ix_product_newest", "state", "published_at", "id"),
        Index("ix_product_township", "state", "township_code", "sold_quantity", "id"),
        Index("ix_product_producer", "producer_id", "state", "sold_quantity"),
    )

    id: Mapped[Id]
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    # Who makes it, where a trader sells it by mandate.
    maker_id: Mapped[int | None] = mapped_column(ForeignKey("producer.id"), index=True)
    workshop_id: Mapped[int | None] = mapped_column(ForeignKey("workshop.id"))
    category_code: Mapped[str] = mapped_column(ForeignKey("category.code"))
    name: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(Text, default="")
    picture: Mapped[str] = mapped_column(String(60))
    # Which photograph cards show, by the hash of its content; None: the drawn picture.
    photo: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(12), default="DRAFT")
    published_at: Mapped[datetime | None]
    # The village with the largest share of the newest batch, and its township: for lists.
    village_code: Mapped[str] = mapped_column(ForeignKey("village.code"))
    village_count: Mapped[int] = mapped_column(default=1)
    township_code: Mapped[str] = mapped_column(ForeignKey("township.code"))
    lowest_price_fen: Mapped[int] = mapped_column(default=0)
    price_per_500g_fen: Mapped[int | None]
    sold_quantity: Mapped[int] = mapped_column(default=0)
    # Copied from the certification in force, so that a list need not join it.
    certified_from: Mapped[date | None]
    certified_until: Mapped[date | None]
    certification_number: Mapped[str | None] = mapped_column(String(40))


class Certification(Base):
    """A recognition of one product (扶贫产品认定). A withdrawal is dated, never a deletion."""

    __tablename__ = "certification"
    __table_args__ = (CheckConstraint("valid_until >= valid_from", name="dates_in_order"),)

    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    issuer: Mapped[str] = mapped_column(String(120))
    valid_from: Mapped[date] = mapped_column(index=True)
    valid_until: Mapped[date]
    withdrawn_on: Mapped[date | None]
    withdrawal_reason: Mapped[str | None] = mapped_column(String(500))


class Variant(Base):
    """One pack of a product, with its price."""

    __tablename__ = "variant"
    __table_args__ = (
        CheckConstraint("price_fen > 0", name="price_positive"),
        CheckConstraint("pack_grams >= 0", name="weight_not_negative"),
        CheckConstraint("minimum_quantity >= 1", name="minimum_at_least_one"),
        CheckConstraint("carton_quantity >= 1", name="carton_at_least_one"),
    )

    id: Mapped[Id]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    price_fen: Mapped[int]
    # 0 where weight says nothing, as with socks.
    pack_grams: Mapped[int]
    minimum_quantity: Mapped[int] = mapped_column(default=1)
    # Packs that travel in one carton: plans propose whole ones.
    carton_quantity: Mapped[int] = mapped_column(default=1, server_default="1")
    is_on_sale: Mapped[bool] = mapped_column(default=True)


class PriceEntry(Base):
    """What a pack costs from an instant on, who said so and why. Appended, never edited."""

    __tablename__ = "price_entry"
    __table_args__ = (
        CheckConstraint("price_fen > 0", name="price_positive"),
        Index(None, "variant_id", "id"),
    )

    id: Mapped[Id]
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"))
    price_fen: Mapped[int]
    at: Mapped[datetime]
    # None: before people were asked who they are.
    actor_id: Mapped[int | None]
    # As `catalogue.rules.prices` names them.
    reason: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(String(500), default="")


class PriceTier(Base):
    """From so many packs on, each of them costs less."""

    __tablename__ = "price_tier"
    __table_args__ = (
        CheckConstraint("from_quantity >= 2", name="from_two_on"),
        CheckConstraint("price_fen > 0", name="price_positive"),
    )

    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"), primary_key=True)
    from_quantity: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    price_fen: Mapped[int]


class Batch(Base):
    """What was made at one time. Reserved never exceeds what is on hand: the table says so."""

    __tablename__ = "batch"
    __table_args__ = (
        CheckConstraint("quantity_on_hand >= 0", name="stock_not_negative"),
        CheckConstraint(
            "quantity_reserved >= 0 AND quantity_reserved <= quantity_on_hand",
            name="reserved_within_stock",
        ),
        Index(None, "variant_id", "expires_on"),
    )

    id: Mapped[Id]
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"))
    code: Mapped[str] = mapped_column(String(40), unique=True)
    produced_on: Mapped[date]
    # The first day it may no longer be sold; None where goods do not perish.
    expires_on: Mapped[date | None]
    quantity_on_hand: Mapped[int]
    quantity_reserved: Mapped[int] = mapped_column(default=0)
    # From this moment on nothing of it is sold any more; there is no way back.
    recalled_at: Mapped[datetime | None]
    recalled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recall_reason: Mapped[str | None] = mapped_column(String(500))


class BatchOrigin(Base):
    """One village's share of a batch, in parts per million. A batch's shares sum to 1,000,000."""

    __tablename__ = "batch_origin"
    __table_args__ = (
        CheckConstraint("share_ppm > 0 AND share_ppm <= 1000000", name="share_range"),
    )

    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), primary_key=True)
    village_code: Mapped[str] = mapped_column(
        ForeignKey("village.code"), primary_key=True, index=True
    )
    share_ppm: Mapped[int]


class StockMovement(Base):
    """Why the quantity on hand changed. Appended, never edited; the source makes it unique."""

    __tablename__ = "stock_movement"
    __table_args__ = (CheckConstraint("quantity <> 0", name="moves_something"),)

    id: Mapped[Id]
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), index=True)
    quantity: Mapped[int]
    reason: Mapped[str] = mapped_column(String(24))
    source: Mapped[str] = mapped_column(String(80), unique=True)
    at: Mapped[datetime]
    # None where it follows from an order, whose history says who.
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str | None] = mapped_column(String(200))


class Outlet(Base):
    """A place where goods are sold over a counter (专柜、专馆、专区)."""

    __tablename__ = "outlet"
    __table_args__ = (
        CheckConstraint("kind IN ('CABINET', 'HALL', 'ZONE')", name="known_kind"),
        CheckConstraint("closed_on IS NULL OR closed_on >= opened_on", name="days_in_order"),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(60), unique=True)
    kind: Mapped[str] = mapped_column(String(8))
    place: Mapped[str] = mapped_column(String(120))
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    # Whose centre runs it.
    county_code: Mapped[str] = mapped_column(String(6), server_default="", default="", index=True)


class OutletEntry(Base):
    """Packs of a batch that came to an outlet or left it. Their sum is what lies there."""

    __tablename__ = "outlet_entry"
    __table_args__ = (
        CheckConstraint("quantity <> 0", name="moves_something"),
        CheckConstraint("reason IN ('SENT', 'BROUGHT_BACK', 'SOLD', 'LOST')", name="known_reason"),
        Index(None, "batch_id", "outlet_id"),
        Index(None, "outlet_id"),
        Index(None, "sale_id", unique=True),
    )

    id: Mapped[Id]
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"))
    quantity: Mapped[int]
    reason: Mapped[str] = mapped_column(String(12))
    actor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime]
    # The line of a receipt that sold them: what a line sold leaves the outlet once.
    sale_id: Mapped[int | None]


class BatchReport(Base):
    """A test report of a batch, as the laboratory wrote it."""

    __tablename__ = "batch_report"

    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), primary_key=True)
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"), primary_key=True)
    laboratory: Mapped[str] = mapped_column(String(80))
    tested_on: Mapped[date]
    added_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]


class ProductChange(Base):
    """A product changed what can be searched of it. Copies of the catalogue follow these rows.

    The position never runs backwards: on SQLite writers come one by one, on PostgreSQL it is
    the number of the transaction, and only what lies before every open one is read. Without a
    product the row says that everything changed.
    """

    __tablename__ = "product_change"

    id: Mapped[Id]
    product_id: Mapped[int | None]
    position: Mapped[int] = mapped_column(index=True)
    at: Mapped[datetime]


class ChangeLog(Base):
    """The one row that tells this database's changes from another's.

    What was forgotten can be followed no more: whoever has read less must begin anew.
    """

    __tablename__ = "change_log"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(32))
    forgotten_until: Mapped[int] = mapped_column(default=0)
