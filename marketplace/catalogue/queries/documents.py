"""What can be searched of a product, and which products changed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Batch, BatchOrigin, Category, Product, Variant
from marketplace.catalogue.queries.lists import AVAILABLE_OF_PRODUCT
from marketplace.catalogue.rules import OriginPlace, ProductDocument
from marketplace.geography.queries import PLACE_NAMES
from marketplace.producers.queries import PRODUCER_NAMES
from marketplace.producers.queries.workshops import WORKSHOP_NAMES

_DOCUMENTS = (
    select(
        Product.id.label("product_id"),
        Product.name,
        Product.description,
        Product.category_code,
        Category.name.label("category"),
        Category.name_en.label("category_en"),
        Product.producer_id,
        PRODUCER_NAMES.c.name.label("producer"),
        func.coalesce(WORKSHOP_NAMES.c.name, "").label("workshop"),
        Product.township_code,
        Product.village_code,
        PLACE_NAMES.c.name.label("village"),
        PLACE_NAMES.c.township_name.label("township"),
        Product.lowest_price_fen,
        Product.sold_quantity,
        AVAILABLE_OF_PRODUCT.label("available"),
        Product.published_at,
        Product.certified_from,
        Product.certified_until,
    )
    .join(Category, Category.code == Product.category_code)
    .join(PRODUCER_NAMES, PRODUCER_NAMES.c.id == Product.producer_id)
    .outerjoin(WORKSHOP_NAMES, WORKSHOP_NAMES.c.id == Product.workshop_id)
    .join(PLACE_NAMES, PLACE_NAMES.c.code == Product.village_code)
)


def list_documents(
    session: Session, product_ids: Sequence[int], today: date
) -> list[ProductDocument]:
    """The published ones among these products, in three queries."""
    if not product_ids:
        return []
    origins = _origins_of(session, product_ids)
    packs = _packs_of(session, product_ids)
    wanted = _DOCUMENTS.where(Product.id.in_(product_ids), Product.state == "PUBLISHED")
    rows = session.execute(wanted, {"today": today})
    return [_document(row._asdict(), origins, packs) for row in rows]


def _document(
    facts: dict[str, Any], origins: Mapping[int, set[OriginPlace]], packs: Mapping[int, list[int]]
) -> ProductDocument:
    product_id = facts["product_id"]
    # A product without a batch yet is still found by the village it says it is from.
    own = OriginPlace(facts.pop("village_code"), facts.pop("village"), facts.pop("township"))
    return ProductDocument(
        **facts,
        villages=tuple(sorted(origins[product_id] | {own})),
        pack_grams=tuple(packs[product_id]),
    )


def list_published_ids(session: Session, after: int, limit: int) -> Sequence[int]:
    """Ids of published products in their order, from after the given one."""
    ids = select(Product.id).where(Product.state == "PUBLISHED", Product.id > after)
    return session.scalars(ids.order_by(Product.id).limit(limit)).all()


def list_made_in(session: Session, workshop_id: int) -> Sequence[int]:
    """Products that are made in a workshop, in every state."""
    return session.scalars(select(Product.id).where(Product.workshop_id == workshop_id)).all()


def list_turned(session: Session, since: date, today: date) -> Sequence[int]:
    """Products that the days from after `since` until today changed without anybody's doing:
    a recognition began or ended, or goods became too old to be sold."""
    expired = (
        select(Variant.product_id)
        .join(Batch, Batch.variant_id == Variant.id)
        .where(Batch.expires_on > since, Batch.expires_on <= today)
    )
    turned = or_(
        Product.certified_from.between(since, today),
        Product.certified_until.between(since, today),
        Product.id.in_(expired),
    )
    return session.scalars(select(Product.id).where(Product.state == "PUBLISHED", turned)).all()


def _origins_of(session: Session, product_ids: Sequence[int]) -> defaultdict[int, set[OriginPlace]]:
    rows = session.execute(
        select(
            Variant.product_id,
            PLACE_NAMES.c.code,
            PLACE_NAMES.c.name,
            PLACE_NAMES.c.township_name,
        )
        .join(Batch, Batch.variant_id == Variant.id)
        .join(BatchOrigin, BatchOrigin.batch_id == Batch.id)
        .join(PLACE_NAMES, PLACE_NAMES.c.code == BatchOrigin.village_code)
        .where(Variant.product_id.in_(product_ids))
        .distinct()
    )
    origins: defaultdict[int, set[OriginPlace]] = defaultdict(set)
    for product_id, code, village, township in rows:
        origins[product_id].add(OriginPlace(code, village, township))
    return origins


def _packs_of(session: Session, product_ids: Sequence[int]) -> defaultdict[int, list[int]]:
    rows = session.execute(
        select(Variant.product_id, Variant.pack_grams)
        .where(Variant.product_id.in_(product_ids), Variant.is_on_sale)
        .order_by(Variant.id)
    )
    packs: defaultdict[int, list[int]] = defaultdict(list)
    for product_id, grams in rows:
        packs[product_id].append(grams)
    return packs
