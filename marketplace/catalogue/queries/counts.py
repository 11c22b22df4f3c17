"""How many products there are by category, township, producer and recognition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    FromClause,
    Select,
    String,
    Subquery,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Category, Product
from marketplace.catalogue.queries.filters import (
    IS_CERTIFIED,
    Hits,
    ProductFilter,
    Shape,
    among,
    conditions,
    shape_of,
    values_of,
)
from marketplace.core.errors import NotFound
from marketplace.geography.queries import TOWNSHIP_NAMES
from marketplace.producers.queries import PRODUCER_NAMES


@dataclass(frozen=True)
class CategoryName:
    code: str
    name: str
    name_en: str
    picture: str


_CATEGORIES = select(Category.code, Category.name, Category.name_en, Category.picture)


@dataclass(frozen=True)
class FacetCount:
    """So many of the products found share this key."""

    key: str
    name: str
    name_en: str | None
    products: int


@dataclass(frozen=True)
class Facets:
    """The products found, counted by what they can be narrowed down to."""

    total: int
    category: Sequence[FacetCount]
    township: Sequence[FacetCount]
    producer: Sequence[FacetCount]
    certified: Sequence[FacetCount]

    @property
    def certified_products(self) -> int:
        return sum(count.products for count in self.certified if count.key == "1")

    @property
    def category_en(self) -> Sequence[FacetCount]:
        """The categories under their English names."""
        return [replace(count, name=count.name_en or count.name) for count in self.category]


def list_categories(session: Session) -> list[CategoryName]:
    """Every category, in the order of the shop."""
    return [CategoryName(*row) for row in session.execute(_CATEGORIES.order_by(Category.position))]


def get_category(session: Session, code: str) -> CategoryName:
    """A category's names and picture. Raises NotFound."""
    row = session.execute(_CATEGORIES.where(Category.code == code)).one_or_none()
    if row is None:
        raise NotFound
    return CategoryName(*row)


def count_facets(
    session: Session, wanted: ProductFilter, today: date, *, hits: Hits | None = None
) -> Facets:
    """Exact counts in one statement: each facet with the other sides of the filter applied."""
    statement = _facets(shape_of(wanted), hits.found if hits else None)
    rows = session.execute(statement, values_of(wanted, today, hits)).all()
    counts: dict[str, list[FacetCount]] = {}
    for kind, *rest in sorted(rows, key=lambda row: (-row[4], row[1])):
        counts.setdefault(kind, []).append(FacetCount(*rest))
    return Facets(
        sum(count.products for count in counts.get("total", [])),
        counts.get("category", []),
        counts.get("township", []),
        counts.get("producer", []),
        counts.get("certified", []),
    )


# What a facet is counted without: the sides that say the same as its keys.
OWN_SIDES: Mapping[str, tuple[str, ...]] = {
    "category": ("category",),
    "township": ("township",),
    "producer": ("producer",),
    "certified": ("certified", "uncertified"),
    "total": (),
}


@lru_cache(maxsize=512)
def _facets(shape: Shape, hits: Subquery | None) -> CompoundSelect[*tuple[Any, ...]]:
    # Facets that are counted over the same products share one reading of them.
    founds: dict[Shape, CTE] = {}
    for kind, own in OWN_SIDES.items():
        narrowed = tuple(side for side in shape if side not in own)
        founds.setdefault(narrowed, _found(narrowed, hits, f"found_{kind}"))

    def found(kind: str) -> CTE:
        return founds[tuple(side for side in shape if side not in OWN_SIDES[kind])]

    total = select(literal("total"), literal(""), literal(""), null(), func.count())
    return union_all(
        _by(found("category"), "category", found("category").c.category_code, Category.__table__),
        _by(found("township"), "township", found("township").c.township_code, TOWNSHIP_NAMES),
        _by(found("producer"), "producer", found("producer").c.producer_id, PRODUCER_NAMES),
        _by(found("certified"), "certified", found("certified").c.certified),
        total.select_from(found("total")),
    )


def _found(shape: Shape, hits: Subquery | None, name: str) -> CTE:
    columns = select(
        Product.category_code,
        Product.township_code,
        Product.producer_id,
        case((IS_CERTIFIED, "1"), else_="0").label("certified"),
    )
    return among(columns, hits).where(*conditions(shape)).cte(name)


def _by(
    found: CTE, kind: str, column: ColumnElement[Any], names: FromClause | None = None
) -> Select[*tuple[Any, ...]]:
    """The products found, grouped by one column, with the name of each key where it has one."""
    groups = select(column.label("key"), func.count().label("products")).select_from(found)
    counted = groups.group_by(column).subquery(f"by_{kind}")
    key = cast(counted.c.key, String)
    if names is None:
        return select(literal(kind), key, key, null(), counted.c.products)
    primary = names.c.code if "code" in names.c else names.c.id
    english = names.c.name_en if "name_en" in names.c else null()
    return select(literal(kind), key, names.c.name, english, counted.c.products).join(
        names, primary == counted.c.key
    )
