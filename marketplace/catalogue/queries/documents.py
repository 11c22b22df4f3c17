"""What can be searched of a product, as words."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Batch, BatchOrigin, Category, Product, Variant
from marketplace.geography.queries import PLACE_NAMES
from marketplace.producers.queries import PRODUCER_NAMES, WORKSHOP_NAMES


@dataclass(frozen=True)
class ProductDocument:
    """A published product with everything people may look for it by."""

    product_id: int
    name: str
    description: str
    category: str
    category_en: str
    producer: str
    workshop: str
    township: str
    villages: tuple[str, ...]


def list_documents(session: Session, product_ids: Sequence[int]) -> list[ProductDocument]:
    """The published ones among these products, in two queries."""
    villages = _villages_of(session, product_ids)
    rows = session.execute(
        select(
            Product.id.label("product_id"),
            Product.name,
            Product.description,
            Category.name.label("category"),
            Category.name_en.label("category_en"),
            PRODUCER_NAMES.c.name.label("producer"),
            func.coalesce(WORKSHOP_NAMES.c.name, "").label("workshop"),
            PLACE_NAMES.c.township_name.label("township"),
            PLACE_NAMES.c.name.label("village"),
        )
        .join(Category, Category.code == Product.category_code)
        .join(PRODUCER_NAMES, PRODUCER_NAMES.c.id == Product.producer_id)
        .outerjoin(WORKSHOP_NAMES, WORKSHOP_NAMES.c.id == Product.workshop_id)
        .join(PLACE_NAMES, PLACE_NAMES.c.code == Product.village_code)
        .where(Product.id.in_(product_ids), Product.state == "PUBLISHED")
    )
    return [_document(row._asdict(), villages) for row in rows]


def _document(facts: dict[str, Any], villages: Mapping[int, set[str]]) -> ProductDocument:
    # A product without a batch yet is still found by the village it says it is from.
    own = facts.pop("village")
    return ProductDocument(**facts, villages=tuple(villages[facts["product_id"]] | {own}))


def list_published_ids(session: Session, after: int, limit: int) -> Sequence[int]:
    """Ids of published products in their order, from after the given one."""
    ids = select(Product.id).where(Product.state == "PUBLISHED", Product.id > after)
    return session.scalars(ids.order_by(Product.id).limit(limit)).all()


def _villages_of(session: Session, product_ids: Sequence[int]) -> defaultdict[int, set[str]]:
    rows = session.execute(
        select(Variant.product_id, PLACE_NAMES.c.name)
        .join(Batch, Batch.variant_id == Variant.id)
        .join(BatchOrigin, BatchOrigin.batch_id == Batch.id)
        .join(PLACE_NAMES, PLACE_NAMES.c.code == BatchOrigin.village_code)
        .where(Variant.product_id.in_(product_ids))
        .distinct()
    )
    villages: defaultdict[int, set[str]] = defaultdict(set)
    for product_id, village in rows:
        villages[product_id].add(village)
    return villages
