"""One product with everything its page says: packs, batches, origins, recognition."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import (
    Batch,
    BatchOrigin,
    Category,
    Certification,
    Product,
    Variant,
)
from marketplace.catalogue.queries.variants import FOR_SALE, MAX_ID, VariantFacts, variants_of
from marketplace.catalogue.rules import is_batch_code, is_certified, is_for_sale, per_500_g
from marketplace.core.errors import NotFound
from marketplace.geography.queries import PLACE_NAMES
from marketplace.producers.queries import MAKER_NAMES, PRODUCER_NAMES
from marketplace.producers.queries.workshops import WORKSHOP_NAMES


@dataclass(frozen=True)
class Origin:
    """One village's share of a batch, with the names people know it by."""

    village_code: str
    village_name: str
    township_name: str
    share_ppm: int


@dataclass(frozen=True)
class BatchFacts:
    id: int
    variant_id: int
    code: str
    produced_on: date
    expires_on: date | None
    available: int
    is_for_sale: bool
    recalled_at: datetime | None
    recall_reason: str | None
    origins: tuple[Origin, ...]


@dataclass(frozen=True)
class Pack:
    """A pack on offer, with the price of 500 g where weight says something."""

    facts: VariantFacts
    price_per_500g_fen: int | None


@dataclass(frozen=True)
class ProductFacts:
    """A product as it stands, published or not."""

    id: int
    name: str
    description: str
    picture: str
    photo: str | None
    state: str
    published_at: datetime | None
    sold_quantity: int
    category_code: str
    category_name: str
    category_name_en: str
    producer_id: int
    producer_name: str
    # Who makes it, where a trader sells it.
    maker_id: int | None
    maker_name: str | None
    workshop_id: int | None
    workshop_name: str | None
    village_code: str
    certified_from: date | None
    certified_until: date | None
    certification_number: str | None
    certification_issuer: str | None
    packs: tuple[Pack, ...]
    batches: tuple[BatchFacts, ...]

    def is_certified_on(self, day: date) -> bool:
        return is_certified((self.certified_from, self.certified_until), day)


@dataclass(frozen=True)
class TracedBatch:
    """What a code on a parcel leads to."""

    batch: BatchFacts
    variant_name: str
    product_id: int
    product_name: str
    picture: str
    is_published: bool
    producer_id: int
    producer_name: str
    workshop_id: int | None
    workshop_name: str | None


@dataclass(frozen=True)
class ProductName:
    """A product as a list of figures names it."""

    id: int
    name: str
    producer_id: int
    producer_name: str


_PRODUCT = (
    select(
        Product.id,
        Product.name,
        Product.description,
        Product.picture,
        Product.photo,
        Product.state,
        Product.published_at,
        Product.sold_quantity,
        Product.category_code,
        Category.name.label("category_name"),
        Category.name_en.label("category_name_en"),
        Product.producer_id,
        PRODUCER_NAMES.c.name.label("producer_name"),
        Product.maker_id,
        MAKER_NAMES.c.name.label("maker_name"),
        Product.workshop_id,
        WORKSHOP_NAMES.c.name.label("workshop_name"),
        Product.village_code,
        Product.certified_from,
        Product.certified_until,
        Product.certification_number,
        Certification.issuer.label("certification_issuer"),
    )
    .join(Category, Category.code == Product.category_code)
    .join(PRODUCER_NAMES, PRODUCER_NAMES.c.id == Product.producer_id)
    .outerjoin(MAKER_NAMES, MAKER_NAMES.c.id == Product.maker_id)
    .outerjoin(WORKSHOP_NAMES, WORKSHOP_NAMES.c.id == Product.workshop_id)
    .outerjoin(Certification, Certification.number == Product.certification_number)
    .where(Product.id == bindparam("id"))
)


_BATCHES = (
    select(
        Batch.id,
        Batch.variant_id,
        Batch.code,
        Batch.produced_on,
        Batch.expires_on,
        Batch.recalled_at,
        Batch.recall_reason,
        (Batch.quantity_on_hand - Batch.quantity_reserved).label("available"),
        BatchOrigin.village_code,
        PLACE_NAMES.c.name.label("village_name"),
        PLACE_NAMES.c.township_name,
        BatchOrigin.share_ppm,
    )
    .join(BatchOrigin, BatchOrigin.batch_id == Batch.id)
    .join(PLACE_NAMES, PLACE_NAMES.c.code == BatchOrigin.village_code)
    .order_by(
        Batch.produced_on.desc(),
        Batch.id.desc(),
        BatchOrigin.share_ppm.desc(),
        BatchOrigin.village_code,
    )
)
_FOR_SALE = _BATCHES.where(Batch.variant_id.in_(bindparam("ids", expanding=True)), FOR_SALE)


def get_product(session: Session, product_id: int, today: date) -> ProductFacts:
    """A published product with its packs and batches, in three queries. Raises NotFound."""
    if not 0 < product_id <= MAX_ID:
        raise NotFound
    row = session.execute(_PRODUCT, {"id": product_id}).one_or_none()
    if row is None or row.state != "PUBLISHED":
        raise NotFound
    packs = variants_of(session, [product_id], today)[product_id]
    batches = batches_of(session, [pack.variant_id for pack in packs], today)
    return ProductFacts(
        **row._asdict(),
        packs=tuple(Pack(pack, per_500_g(pack.price_fen, pack.pack_grams)) for pack in packs),
        batches=tuple(batches),
    )


def batches_of(session: Session, variant_ids: Collection[int], today: date) -> list[BatchFacts]:
    """What of these packs is for sale, by batch with its villages, newest first. One query."""
    if not variant_ids:
        return []
    values = {"ids": list(variant_ids), "today": today}
    return _gather(session.execute(_FOR_SALE, values).all(), today)


def get_traced_batch(session: Session, code: str, today: date) -> TracedBatch:
    """The batch whose code is printed on a parcel. Raises NotFound."""
    known = is_batch_code(code)
    rows = session.execute(_BATCHES.where(Batch.code == code)).all() if known else []
    batches = _gather(rows, today)
    if not batches:
        raise NotFound
    row = session.execute(
        select(
            Variant.name.label("variant_name"),
            Product.id.label("product_id"),
            Product.name.label("product_name"),
            Product.picture,
            (Product.state == "PUBLISHED").label("is_published"),
            Product.producer_id,
            PRODUCER_NAMES.c.name.label("producer_name"),
            Product.workshop_id,
            WORKSHOP_NAMES.c.name.label("workshop_name"),
        )
        .join(Product, Product.id == Variant.product_id)
        .join(PRODUCER_NAMES, PRODUCER_NAMES.c.id == Product.producer_id)
        .outerjoin(WORKSHOP_NAMES, WORKSHOP_NAMES.c.id == Product.workshop_id)
        .where(Variant.id == batches[0].variant_id)
    ).one()
    return TracedBatch(batch=batches[0], **row._asdict())


def list_names(session: Session, product_ids: Collection[int]) -> dict[int, ProductName]:
    """Products by id, published or not, with their producers. One query."""
    if not product_ids:
        return {}
    rows = session.execute(
        select(Product.id, Product.name, Product.producer_id, PRODUCER_NAMES.c.name)
        .join(PRODUCER_NAMES, PRODUCER_NAMES.c.id == Product.producer_id)
        .where(Product.id.in_(product_ids))
    )
    return {row.id: ProductName(*row) for row in rows}


def _gather(rows: Sequence[Row[*tuple[Any, ...]]], today: date) -> list[BatchFacts]:
    """One batch for each run of rows with the same id, in their order."""
    by_batch: defaultdict[int, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for row in rows:
        by_batch[row.id].append(row)
    return [_batch(parts, today) for parts in by_batch.values()]


def _batch(parts: list[Row[*tuple[Any, ...]]], today: date) -> BatchFacts:
    first = parts[0]
    return BatchFacts(
        id=first.id,
        variant_id=first.variant_id,
        code=first.code,
        produced_on=first.produced_on,
        expires_on=first.expires_on,
        available=first.available,
        is_for_sale=first.recalled_at is None and is_for_sale(first.expires_on, today),
        recalled_at=first.recalled_at,
        recall_reason=first.recall_reason,
        origins=tuple(
            Origin(part.village_code, part.village_name, part.township_name, part.share_ppm)
            for part in parts
        ),
    )
