"""What a producer's desk shows of stock, and what waits to be published."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Batch, Category, Product, Variant
from marketplace.catalogue.queries.variants import VariantFacts, select_facts
from marketplace.core.areas import in_area
from marketplace.core.paging import Page, PageRequest, in_parts
from marketplace.producers.queries import MAX_ID, PRODUCER_NAMES

# So many packs bears a page.
MOST_PACKS = 500


@dataclass(frozen=True)
class SubmittedProduct:
    """A product that its producer has handed in to be published."""

    id: int
    name: str
    producer_id: int
    producer_name: str
    lowest_price_fen: int


def list_packs_of_producer(
    session: Session, producer_id: int, today: date, words: str = "", *, on_sale: bool = False
) -> list[VariantFacts]:
    """A producer's packs (with all of these words in their names) and what is left of each, the
    scarcest first. One query, and no more than MOST_PACKS: others are found by their names."""
    named = [
        or_(*(name.icontains(word, autoescape=True) for name in (Product.name, Variant.name)))
        for word in words.split()
    ]
    of = _of_producer(producer_id, on_sale=on_sale)
    return select_facts(session, today, *of, *named, limit=MOST_PACKS)


def list_own_packs(
    session: Session,
    producer_id: int,
    variant_ids: Collection[int],
    today: date,
    *,
    on_sale: bool = False,
) -> list[VariantFacts]:
    """Those of the packs that are this producer's, however many it has."""
    of = _of_producer(producer_id, on_sale=on_sale)
    known = sorted(one for one in set(variant_ids) if 0 < one <= MAX_ID)
    return [
        pack
        for few in in_parts(known, MOST_PACKS)
        for pack in select_facts(session, today, *of, Variant.id.in_(few), limit=MOST_PACKS)
    ]


def _of_producer(producer_id: int, *, on_sale: bool) -> list[ColumnElement[bool]]:
    offered = [Product.state == "PUBLISHED", Variant.is_on_sale]
    return [
        Product.producer_id == producer_id,
        *(offered if on_sale else [Product.state != "WITHDRAWN"]),
    ]


def list_low_stock(packs: Sequence[VariantFacts], fewer_than: int) -> list[VariantFacts]:
    """The packs on sale of which little or nothing is left."""
    return [pack for pack in packs if pack.is_on_sale and pack.available < fewer_than]


def fresh_products(session: Session, product_ids: Collection[int]) -> set[int]:
    """Those of the products that perish within days."""
    fresh = (
        select(Product.id)
        .join(Category, Category.code == Product.category_code)
        .where(Product.id.in_(product_ids), Category.is_fresh)
    )
    return set(session.scalars(fresh))


def last_days(session: Session, batch_ids: Collection[int]) -> dict[int, date]:
    """The first day on which a batch may no longer be sold, of those that perish at all."""
    rows = session.execute(
        select(Batch.id, Batch.expires_on).where(
            Batch.id.in_(batch_ids), Batch.expires_on.is_not(None)
        )
    )
    return {batch_id: expires_on for batch_id, expires_on in rows if expires_on is not None}


def list_submitted(
    session: Session, page: PageRequest, *, area: str = ""
) -> Page[SubmittedProduct]:
    """Products that wait to be published, the oldest first."""
    waiting = [Product.state == "SUBMITTED", *in_area("product", Product.id, area)]
    total = session.scalar(select(func.count()).select_from(Product).where(*waiting)) or 0
    rows = session.execute(
        select(
            Product.id,
            Product.name,
            Product.producer_id,
            PRODUCER_NAMES.c.name,
            Product.lowest_price_fen,
        )
        .join(PRODUCER_NAMES, PRODUCER_NAMES.c.id == Product.producer_id)
        .where(*waiting)
        .order_by(Product.id)
        .offset(page.offset)
        .limit(page.per_page)
    )
    found = [SubmittedProduct(*row) for row in rows]
    return Page(found, page.page, page.per_page, total)


# Products that were handed in, for those above who know when.
SUBMITTED_IDS = select(Product.id).where(Product.state == "SUBMITTED")


def count_submitted(session: Session, *, area: str = "") -> int:
    wanted = [Product.state == "SUBMITTED", *in_area("product", Product.id, area)]
    return session.scalar(select(func.count()).where(*wanted)) or 0
