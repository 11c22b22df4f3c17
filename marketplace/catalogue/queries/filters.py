"""Which products a list wants, as SQL that is written once and then only filled in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    String,
    Subquery,
    and_,
    bindparam,
    select,
)

from marketplace.catalogue.models import Batch, BatchOrigin, Product, Variant
from marketplace.catalogue.queries.variants import TODAY
from marketplace.core.areas import begins_with


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
    # Of a county or a wider area, by the digits its divisions begin with.
    area: str | None = None


@dataclass(frozen=True, eq=False)
class Hits:
    """What a search found: (product_id, score), and the values its statement needs."""

    found: Subquery
    values: Mapping[str, Any] = field(default_factory=dict)


IS_CERTIFIED = and_(
    Product.certified_from.is_not(None),
    Product.certified_from <= TODAY,
    Product.certified_until >= TODAY,
)
# Products of which any batch names the village.
COMES_FROM = Product.id.in_(
    select(Variant.product_id)
    .join(Batch, Batch.variant_id == Variant.id)
    .join(BatchOrigin, BatchOrigin.batch_id == Batch.id)
    .where(BatchOrigin.village_code == bindparam("village"))
)
SIDES: Mapping[str, ColumnElement[bool]] = {
    "category": Product.category_code == bindparam("category"),
    "township": Product.township_code == bindparam("township"),
    "village": COMES_FROM,
    "producer": Product.producer_id == bindparam("producer"),
    "certified": IS_CERTIFIED,
    "uncertified": ~IS_CERTIFIED,
    "min_price_fen": Product.lowest_price_fen >= bindparam("min_price_fen"),
    "max_price_fen": Product.lowest_price_fen <= bindparam("max_price_fen"),
    "area": begins_with(Product.township_code, bindparam("area", type_=String)),
}
VALUES = (
    "category",
    "township",
    "village",
    "producer",
    "min_price_fen",
    "max_price_fen",
    "area",
)
Shape = tuple[str, ...]


def shape_of(wanted: ProductFilter) -> Shape:
    """The sides that are not left open: all lists of one shape share one statement."""
    closed = tuple(side for side in VALUES if getattr(wanted, side) is not None)
    if wanted.certified is None:
        return closed
    return (*closed, "certified" if wanted.certified else "uncertified")


def values_of(wanted: ProductFilter, today: date, hits: Hits | None) -> dict[str, Any]:
    """What fills the statement of the filter's shape."""
    values = {side: getattr(wanted, side) for side in VALUES}
    return {**values, **(hits.values if hits else {}), "today": today}


def conditions(shape: Shape) -> list[ColumnElement[bool]]:
    """The shape as SQL; only what is published passes."""
    return [Product.state == "PUBLISHED", *(SIDES[side] for side in shape)]


def among(statement: Select[*tuple[Any, ...]], found: Subquery | None) -> Select[*tuple[Any, ...]]:
    """The statement over what a search found, or over everything."""
    return statement if found is None else statement.join(found, found.c.product_id == Product.id)


def order_of(sort: Sort, found: Subquery | None) -> tuple[SQLColumnExpression[Any], ...]:
    if sort == Sort.RELEVANCE and found is not None:
        return (found.c.score.desc(), *BEST_SOLD)
    return ORDERS[sort]
