"""Pages of the shop: home, category, product, producer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.attribution import queries as attribution
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.queries import (
    CategoryName,
    Facets,
    ProductCard,
    ProductFacts,
    ProductFilter,
    Sort,
)
from marketplace.core.errors import NotFound
from marketplace.core.paging import Page, PageRequest
from marketplace.geography import queries as geography
from marketplace.geography.queries import PLACE_NAMES, Place
from marketplace.listing.queries import Photo, photos_of
from marketplace.livestream.queries.limits import limit_of
from marketplace.producers import queries as producers
from marketplace.producers.queries import ProducerFacts
from marketplace.reviews.queries import Shown, newest_of
from marketplace.search.local.copy import LocalCopy
from marketplace.search.queries import browse, count_by_category
from marketplace.storefront.queries.figures import months_of, ranked
from marketplace.storefront.rules import Months, NoLongerSold, Ranked

SHOWN_AT_HOME = PageRequest(1, 10)
WAITING_AT_HOME = 10
BESIDE_A_PRODUCT = PageRequest(1, 6)


@dataclass(frozen=True)
class HomePage:
    """The shop window; what villages sold is summed from the same entries as every report."""

    year: int
    # Each category with the number of its products.
    categories: Sequence[tuple[CategoryName, int]]
    best_sold: Sequence[ProductCard]
    newest: Sequence[ProductCard]
    villages_selling: int
    amount_fen: int
    waiting: Sequence[Place]
    villages_waiting: int


@dataclass(frozen=True)
class CategoryPage:
    category: CategoryName
    facets: Facets
    cards: Page[ProductCard]


@dataclass(frozen=True)
class ProductPage:
    product: ProductFacts
    certified: bool
    more: Sequence[ProductCard]
    photos: Sequence[Photo]
    reviews: Shown
    # Packs that one person may buy while a livestream is on that says so.
    limit: int | None


@dataclass(frozen=True)
class ProducerPage:
    producer: ProducerFacts
    months: Months
    villages: Sequence[Ranked]
    cards: Page[ProductCard]
    reviews: Shown


def get_home(session: Session, copy: LocalCopy, county: str, today: date) -> HomePage:
    """Home, in five queries."""
    year = today.year
    products = count_by_category(session, copy, today)
    selling, amount_fen = attribution.count_selling(session, "county", county, "village", year=year)
    waiting, number = _waiting(session, county)
    return HomePage(
        year=year,
        categories=[
            (category, products.get(category.code, 0))
            for category in catalogue.list_categories(session)
        ],
        best_sold=_cards(session, Sort.SALES, today),
        newest=_cards(session, Sort.NEWEST, today),
        villages_selling=selling,
        amount_fen=amount_fen,
        waiting=waiting,
        villages_waiting=number,
    )


def get_category_page(
    session: Session, copy: LocalCopy, wanted: ProductFilter, page: PageRequest, today: date
) -> CategoryPage:
    """A category, its counts and one page of products, in three queries. Raises NotFound."""
    if wanted.category is None:
        raise NotFound
    category = catalogue.get_category(session, wanted.category)
    cards, facets = browse(session, copy, wanted, page, today)
    return CategoryPage(category, facets, cards)


def get_product_page(session: Session, product_id: int, today: date) -> ProductPage:
    """A published product and what else its producer sells, in six queries. Raises NotFound."""
    try:
        product = catalogue.get_product(session, product_id, today)
    except NotFound:
        if catalogue.get_own(session, product_id).state == "WITHDRAWN":
            raise NoLongerSold from None
        raise
    wanted = ProductFilter(producer=product.producer_id)
    beside = catalogue.list_products(session, wanted, BESIDE_A_PRODUCT, today, total=0)
    more = [card for card in beside.items if card.id != product.id]
    # Only where there is one there can be several.
    photos = photos_of(session, product_id) if product.photo else ()
    reviews = newest_of(session, "PRODUCT", product_id)
    limit = limit_of(session, product_id)
    return ProductPage(product, product.is_certified_on(today), more[:5], photos, reviews, limit)


def get_producer_page(
    session: Session, producer_id: int, page: PageRequest, today: date
) -> ProducerPage:
    """A producer with its villages and goods, in six queries at most. Raises NotFound."""
    producer = producers.get_producer_facts(session, producer_id)
    parts = attribution.list_parts(
        session,
        "producer",
        str(producer_id),
        years=(today.year - 1, today.year),
        parts=("month", "village"),
    )
    places = geography.places_of(session, {p.part_key for p in parts if p.part == "village"})
    wanted = ProductFilter(producer=producer_id)
    return ProducerPage(
        producer=producer,
        months=months_of(parts, today.year),
        villages=ranked(
            parts,
            "village",
            today.year,
            lambda code: (places[code].name, places[code].township_name),
        ),
        cards=catalogue.list_products(session, wanted, page, today),
        reviews=newest_of(session, "PRODUCER", producer_id),
    )


def _cards(session: Session, sort: Sort, today: date) -> Sequence[ProductCard]:
    wanted = ProductFilter(sort=sort)
    return catalogue.list_products(session, wanted, SHOWN_AT_HOME, today, total=0).items


def _waiting(session: Session, county: str) -> tuple[list[Place], int]:
    """Villages that have never sold anything here, taken from all townships, and their number."""
    columns = [PLACE_NAMES.c[name] for name in ("code", "name", "township_code", "township_name")]
    rows = session.execute(
        select(*columns, func.count().over())
        .where(
            PLACE_NAMES.c.kind == "village",
            PLACE_NAMES.c.abolished_on.is_(None),
            PLACE_NAMES.c.code.startswith(county, autoescape=True),
            PLACE_NAMES.c.code.not_in(attribution.has_ever_sold("county", county, "village")),
        )
        # By the village's own digits first, so that one township does not fill the list.
        .order_by(func.substr(PLACE_NAMES.c.code, 10), PLACE_NAMES.c.code)
        .limit(WAITING_AT_HOME)
    ).all()
    return [Place(*row[:4]) for row in rows], rows[0][4] if rows else 0
