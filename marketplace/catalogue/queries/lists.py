"""Lists of published products: one statement for the rows, whatever the filter."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    and_,
    case,
    func,
    select,
)
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Batch, BatchOrigin, Category, Product, Variant
from marketplace.catalogue.queries.variants import for_sale
from marketplace.core.paging import Page, PageRequest
from marketplace.geography.queries import PLACE_NAMES, TOWNSHIP_NAMES
from marketplace.producers.queries import PRODUCER_NAMES


class Sort(StrEnum):
    SALES = "sales"
    PRICE = "price"
    PRICE_DOWN = "-price"
    NEWEST = "newest"


ORDERS: dict[Sort, tuple[SQLColumnExpression[Any], ...]] = {
    Sort.SALES: (Product.sold_quantity.desc(), Product.id.desc()),
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
    picture: str
    producer_id: int
    producer_name: str
    village_code: str
    village_name: str
    village_count: int
    township_name: str
    lowest_price_fen: int
    price_per_500g_fen: int | None
    sold_quantity: int
    is_certified: bool
    available: int


@dataclass(frozen=True)
class CategoryCount:
    code: str
    name: str
    name_en: str
    picture: str
    products: int


@dataclass(frozen=True)
class PlaceCount:
    code: str
    name: str
    products: int


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
    session: Session, wanted: ProductFilter, page: PageRequest, today: date
) -> Page[ProductCard]:
    """One page of published products: one statement for the cards, one for their number."""
    where = conditions(wanted, today)
    ids = select(Product.id).where(*where).order_by(*ORDERS[wanted.sort])
    cards = list_cards(session, ids.limit(page.per_page).offset(page.offset), wanted.sort, today)
    total = page.offset + len(cards)
    if not cards or len(cards) == page.per_page:
        total = session.scalar(select(func.count()).select_from(Product).where(*where)) or 0
    return Page(cards, page.page, page.per_page, total)


def list_cards(session: Session, ids: Select[int], sort: Sort, today: date) -> list[ProductCard]:
    """The cards of the products that `ids` selects, in the order of the sort."""
    # The ids are found inside, from an index alone; only the rows of the page are then read.
    wanted = ids.subquery("wanted")
    statement = _cards(today).join(wanted, wanted.c.id == Product.id).order_by(*ORDERS[sort])
    return [_card(row) for row in session.execute(statement)]


def list_cards_of(session: Session, ids: list[int], today: date) -> list[ProductCard]:
    """The cards of these products, in the order of the list. One query."""
    if not ids:
        return []
    rows = session.execute(_cards(today).where(Product.id.in_(ids)))
    cards = {card.id: card for card in map(_card, rows)}
    return [cards[product_id] for product_id in ids if product_id in cards]


def list_categories(session: Session) -> list[CategoryCount]:
    """Every category with the number of products published in it, in the order of the shop."""
    published = (
        select(func.count())
        .select_from(Product)
        .where(Product.state == "PUBLISHED", Product.category_code == Category.code)
        .correlate(Category)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Category.code, Category.name, Category.name_en, Category.picture, published
        ).order_by(Category.position)
    )
    return [CategoryCount(*row) for row in rows]


def count_by_township(session: Session, category: str) -> list[PlaceCount]:
    """The townships that a category's published products come from, most products first."""
    counts = (
        select(Product.township_code.label("code"), func.count().label("products"))
        .where(Product.state == "PUBLISHED", Product.category_code == category)
        .group_by(Product.township_code)
        .subquery("counts")
    )
    names = TOWNSHIP_NAMES
    rows = session.execute(
        select(names.c.code, names.c.name, counts.c.products)
        .join(counts, counts.c.code == names.c.code)
        .order_by(counts.c.products.desc(), names.c.code)
    )
    return [PlaceCount(*row) for row in rows]


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


def _card(row: Row[*tuple[Any, ...]]) -> ProductCard:
    return ProductCard(*row)
