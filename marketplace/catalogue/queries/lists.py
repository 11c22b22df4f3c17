"""Lists of published products: one statement for the rows, whatever the filter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, Subquery, bindparam, case, func, select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Batch, Product, Variant
from marketplace.catalogue.queries.filters import (
    IS_CERTIFIED,
    Hits,
    ProductFilter,
    Shape,
    Sort,
    among,
    conditions,
    order_of,
    shape_of,
    values_of,
)
from marketplace.catalogue.queries.variants import FOR_SALE
from marketplace.core.paging import Page, PageRequest
from marketplace.geography.queries import PLACE_NAMES
from marketplace.producers.queries import PRODUCER_NAMES

# Nobody turns further, and whoever wants to narrows down: the last page costs what the first does.
DEEPEST = 10_000


@dataclass(frozen=True)
class ProductCard:
    """A product as a card shows it."""

    id: int
    name: str
    category_code: str
    image: str
    # The photograph that is shown, where there is one.
    photo: str | None
    producer_id: int
    producer_name: str
    village_code: str
    village_name: str
    village_count: int
    township_name: str
    # The lowest of its packs.
    price_fen: int
    price_per_500g_fen: int | None
    sold_quantity: int
    certified: bool
    available: int


AVAILABLE_OF_PRODUCT = (
    select(func.coalesce(func.sum(Batch.quantity_on_hand - Batch.quantity_reserved), 0))
    .join(Variant, Variant.id == Batch.variant_id)
    .where(Variant.product_id == Product.id, Variant.is_on_sale, FOR_SALE)
    .correlate(Product)
    .scalar_subquery()
)
_CARDS = (
    select(
        Product.id,
        Product.name,
        Product.category_code,
        Product.picture,
        Product.photo,
        Product.producer_id,
        PRODUCER_NAMES.c.name,
        Product.village_code,
        PLACE_NAMES.c.name,
        Product.village_count,
        PLACE_NAMES.c.township_name,
        Product.lowest_price_fen,
        Product.price_per_500g_fen,
        Product.sold_quantity,
        case((IS_CERTIFIED, True), else_=False),
        AVAILABLE_OF_PRODUCT,
    )
    .join(PRODUCER_NAMES, PRODUCER_NAMES.c.id == Product.producer_id)
    .join(PLACE_NAMES, PLACE_NAMES.c.code == Product.village_code)
)
_CARDS_OF = _CARDS.where(Product.id.in_(bindparam("ids", expanding=True)))


def list_products(
    session: Session,
    wanted: ProductFilter,
    page: PageRequest,
    today: date,
    *,
    hits: Hits | None = None,
    total: int | None = None,
) -> Page[ProductCard]:
    """One page of published products: one statement for the cards, one for their number.

    `hits` narrows the list to what a search found; `total` spares counting where the caller
    has counted.
    """
    shape, found = shape_of(wanted), hits.found if hits else None
    values = values_of(wanted, today, hits)
    cards: list[ProductCard] = []
    if page.offset < DEEPEST:
        place = {"limit": page.per_page, "offset": page.offset}
        rows = session.execute(_list(shape, wanted.sort, found), {**values, **place})
        cards = [ProductCard(*row) for row in rows]
    if total is None:
        is_last = 0 < len(cards) < page.per_page
        total = page.offset + len(cards)
        total = total if is_last else session.scalar(_count(shape, found), values) or 0
    return Page(cards, page.page, page.per_page, total, reach=DEEPEST)


def list_cards_of(session: Session, ids: Sequence[int], today: date) -> list[ProductCard]:
    """The cards of these products, in the order of the list. One query."""
    if not ids:
        return []
    rows = session.execute(_CARDS_OF, {"ids": ids, "today": today})
    cards = {row.id: ProductCard(*row) for row in rows}
    return [cards[product_id] for product_id in ids if product_id in cards]


# A statement that is kept costs a third of one that is built for each page.
@lru_cache(maxsize=512)
def _list(shape: Shape, sort: Sort, found: Subquery | None) -> Select[*tuple[Any, ...]]:
    # The ids are found inside, from an index alone; only the rows of the page are then read.
    columns = select(Product.id) if found is None else select(Product.id, found.c.score)
    ids = among(columns, found).where(*conditions(shape)).order_by(*order_of(sort, found))
    page = ids.limit(bindparam("limit")).offset(bindparam("offset")).subquery("page")
    again = order_of(sort, None if found is None else page)
    return _CARDS.join(page, page.c.id == Product.id).order_by(*again)


@lru_cache(maxsize=512)
def _count(shape: Shape, found: Subquery | None) -> Select[*tuple[Any, ...]]:
    return among(select(func.count(Product.id)), found).where(*conditions(shape))
