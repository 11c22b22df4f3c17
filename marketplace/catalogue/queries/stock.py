"""What a producer's desk shows of stock, and what waits to be published."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Batch, Category, Product
from marketplace.catalogue.queries.variants import VariantFacts, select_facts
from marketplace.core.areas import in_area
from marketplace.core.paging import Page, PageRequest
from marketplace.producers.queries import PRODUCER_NAMES


@dataclass(frozen=True)
class SubmittedProduct:
    """A product that its producer has handed in to be published."""

    id: int
    name: str
    producer_name: str
    lowest_price_fen: int


def list_packs_of_producer(session: Session, producer_id: int, today: date) -> list[VariantFacts]:
    """A producer's packs with what is left of each, the scarcest first. One query, bounded."""
    return select_facts(
        session, today, Product.producer_id == producer_id, Product.state != "WITHDRAWN", limit=500
    )


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
        select(Product.id, Product.name, PRODUCER_NAMES.c.name, Product.lowest_price_fen)
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
