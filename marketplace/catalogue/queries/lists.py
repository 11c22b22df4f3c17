"""Lists of published products: one statement for the rows, whatever the filter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    Subquery,
    and_,
    case,
    func,
    select,
)
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Batch, BatchOrigin, Product, Variant
from marketplace.catalogue.queries.variants import for_sale
from marketplace.core.paging import Page, PageRequest
from marketplace.geography.queries import PLACE_NAMES
from marketplace.producers.queries import PRODUCER_NAMES


class Sort(StrEnum):
    RELEVANCE = "relevance"
    SALES = "sales"
    PRICE = "price"
    PRICE_DOWN = "-price"
    NEWEST = "newest"


BEST_SOLD = (Product.sold_quantity.desc(), Product.id.desc())
ORDERS: dict[Sort, tuple[SQLColumnExpression[Any], ...]] = {
    # Without words nothing is more relevant than what people buy.
    Sort.RELEVANCE: BEST_SOLD,
    Sort.SALES: BEST_SOLD,
    Sort.PRICE: (Product.lowest_price_fen, Product.id),
    Sort.PRICE_DOWN: (Product.lowest_price_fen.desc(), Product.id.desc()),
    Sort.NEWEST: (Product.published_at.desc(), Product.id.desc()),
}


@dataclass(frozen=True)
class ProductFilter:
    """Which published products are wanted; None leaves a side open."""

    category: str | None = None
    township: str | None = None
    village: str | None = None
    producer: int | None = None
    certified: bool | None = None
    min_price_fen: int | None = None
    max_price_fen: int | None = None
    sort: Sort = Sort.SALES


@dataclass(frozen=True)
class ProductCard:
    """A product as a card shows it."""

    id: int
    name: str
    category_code: str
    image: str
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


def is_certified_on(day: date) -> ColumnElement[bool]:
    return and_(
        Product.certified_from.is_not(None),
        Product.certified_from <= day,
        Product.certified_until >= day,
    )


def comes_from(village_code: str) -> ColumnElement[bool]:
    """Products of which any batch names the village."""
    return Product.id.in_(
        select(Variant.product_id)
        .join(Batch, Batch.variant_id == Variant.id)
        .join(BatchOrigin, BatchOrigin.batch_id == Batch.id)
        .where(BatchOrigin.village_code == village_code)
    )


def conditions(wanted: ProductFilter, today: date) -> list[ColumnElement[bool]]:
    """The filter as SQL; only what is published passes."""
    found = [Product.state == "PUBLISHED"]
    for column, value in (
        (Product.category_code, wanted.category),
        (Product.township_code, wanted.township),
        (Product.producer_id, wanted.producer),
    ):
        if value is not None:
            found.append(column == value)
    if wanted.village is not None:
        found.append(comes_from(wanted.village))
    if wanted.certified is not None:
        certified = is_certified_on(today)
        found.append(certified if wanted.certified else ~certified)
    if wanted.min_price_fen is not None:
        found.append(Product.lowest_price_fen >= wanted.min_price_fen)
    if wanted.max_price_fen is not None:
        found.append(Product.lowest_price_fen <= wanted.max_price_fen)
    return found


def list_products(
    session: Session,
    wanted: ProductFilter,
    page: PageRequest,
    today: date,
    *,
    hits: Subquery | None = None,
    total: int | None = None,
) -> Page[ProductCard]:
    """One page of published products: one statement for the cards, one for their number.

    `hits` (product_id, score) narrows the list to what a search found; `total` spares counting
    where the caller has counted.
    """
    where = conditions(wanted, today)
    ids = among(select(Product.id), hits).where(*where)
    # The ids are found inside, from an index alone; only the rows of the page are then read.
    order = _order(wanted.sort, hits)
    inside = ids.order_by(*order).limit(page.per_page).offset(page.offset).subquery("wanted")
    cards = among(_cards(today), hits).join(inside, inside.c.id == Product.id).order_by(*order)
    found = [ProductCard(*row) for row in session.execute(cards)]
    if total is None:
        total = _count(session, where, hits) if _is_cut(found, page) else page.offset + len(found)
    return Page(found, page.page, page.per_page, total)


def _is_cut(found: Sequence[ProductCard], page: PageRequest) -> bool:
    """Whether the page alone does not tell how many there are in all."""
    return not 0 < len(found) < page.per_page


def _count(session: Session, where: Sequence[ColumnElement[bool]], hits: Subquery | None) -> int:
    return session.scalar(among(select(func.count(Product.id)), hits).where(*where)) or 0


def among(statement: Select[*tuple[Any, ...]], hits: Subquery | None) -> Select[*tuple[Any, ...]]:
    return statement if hits is None else statement.join(hits, hits.c.product_id == Product.id)


def _order(sort: Sort, hits: Subquery | None) -> tuple[SQLColumnExpression[Any], ...]:
    if sort == Sort.RELEVANCE and hits is not None:
        return (hits.c.score.desc(), *BEST_SOLD)
    return ORDERS[sort]


def list_cards_of(session: Session, ids: Sequence[int], today: date) -> list[ProductCard]:
    """The cards of these products, in the order of the list. One query."""
    if not ids:
        return []
    rows = session.execute(_cards(today).where(Product.id.in_(ids)))
    cards = {row.id: ProductCard(*row) for row in rows}
    return [cards[product_id] for product_id in ids if product_id in cards]


def _available(today: date) -> ScalarSelect[int]:
    return (
        select(func.coalesce(func.sum(Batch.quantity_on_hand - Batch.quantity_reserved), 0))
        .join(Variant, Variant.id == Batch.variant_id)
        .where(Variant.product_id == Product.id, Variant.is_on_sale, for_sale(today))
        .correlate(Product)
        .scalar_subquery()
    )


def _cards(today: date) -> Select[*tuple[Any, ...]]:
    places, producers = PLACE_NAMES, PRODUCER_NAMES
    return (
        select(
            Product.id,
            Product.name,
            Product.category_code,
            Product.picture,
            Product.producer_id,
            producers.c.name,
            Product.village_code,
            places.c.name,
            Product.village_count,
            places.c.township_name,
            Product.lowest_price_fen,
            Product.price_per_500g_fen,
            Product.sold_quantity,
            case((is_certified_on(today), True), else_=False),
            _available(today),
        )
        .join(producers, producers.c.id == Product.producer_id)
        .join(places, places.c.code == Product.village_code)
    )
