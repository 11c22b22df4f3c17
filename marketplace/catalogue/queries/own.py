"""A producer's own products, whatever their state, and what their packs cost when."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import PERSON_NAMES
from marketplace.catalogue.models import Category, Certification, PriceEntry, Product, Variant
from marketplace.catalogue.queries.variants import MAX_ID
from marketplace.core.errors import NotFound
from marketplace.core.paging import Page, PageRequest
from marketplace.geography.queries import PLACE_NAMES
from marketplace.producers.queries import MAKER_NAMES

STATES = ("DRAFT", "SUBMITTED", "PUBLISHED", "WITHDRAWN")


@dataclass(frozen=True)
class OwnRow:
    """A product as its producer's list shows it."""

    id: int
    name: str
    state: str
    picture: str
    photo: str | None
    category_name: str
    category_name_en: str
    lowest_price_fen: int
    published_at: datetime | None


@dataclass(frozen=True)
class OwnPack:
    """A pack, on sale or not."""

    variant_id: int
    name: str
    price_fen: int
    pack_grams: int
    minimum_quantity: int
    carton_quantity: int
    is_on_sale: bool


@dataclass(frozen=True)
class OwnProduct:
    """A product with everything its producer may change."""

    id: int
    producer_id: int
    # Who makes it, where a trader sells it.
    maker_id: int | None
    maker_name: str | None
    workshop_id: int | None
    category_code: str
    name: str
    description: str
    picture: str
    photo: str | None
    state: str
    published_at: datetime | None
    village_code: str
    village_name: str
    packs: tuple[OwnPack, ...]


@dataclass(frozen=True)
class PriceRow:
    """An entry of the book of prices."""

    variant_id: int
    variant_name: str
    price_fen: int
    at: datetime
    actor_name: str | None
    reason: str
    words: str


@dataclass(frozen=True)
class CertificateRow:
    number: str
    issuer: str
    valid_from: date
    valid_until: date
    withdrawn_on: date | None


def list_own(
    session: Session, producer_id: int, state: str | None, page: PageRequest
) -> Page[OwnRow]:
    """A producer's products, of one state where it is named, the newest first."""
    wanted = [Product.producer_id == producer_id]
    if state is not None:
        wanted.append(Product.state == state)
    total = session.scalar(select(func.count()).select_from(Product).where(*wanted)) or 0
    rows = session.execute(
        select(
            Product.id,
            Product.name,
            Product.state,
            Product.picture,
            Product.photo,
            Category.name,
            Category.name_en,
            Product.lowest_price_fen,
            Product.published_at,
        )
        .join(Category, Category.code == Product.category_code)
        .where(*wanted)
        .order_by(Product.id.desc())
        .limit(page.per_page)
        .offset(page.offset)
    )
    return Page([OwnRow(*row) for row in rows], page.page, page.per_page, total)


def count_own(session: Session, producer_id: int) -> dict[str, int]:
    """How many products a producer has in each state."""
    rows = session.execute(
        select(Product.state, func.count())
        .where(Product.producer_id == producer_id)
        .group_by(Product.state)
    )
    found = {state: int(count) for state, count in rows}
    return {state: found.get(state, 0) for state in STATES}


_OWN = (
    select(
        Product.id,
        Product.producer_id,
        Product.maker_id,
        MAKER_NAMES.c.name.label("maker_name"),
        Product.workshop_id,
        Product.category_code,
        Product.name,
        Product.description,
        Product.picture,
        Product.photo,
        Product.state,
        Product.published_at,
        Product.village_code,
        PLACE_NAMES.c.name.label("village_name"),
    )
    .join(PLACE_NAMES, PLACE_NAMES.c.code == Product.village_code)
    .outerjoin(MAKER_NAMES, MAKER_NAMES.c.id == Product.maker_id)
)


def get_own(session: Session, product_id: int) -> OwnProduct:
    """A product in any state, with all its packs. Raises NotFound."""
    if not 0 < product_id <= MAX_ID:
        raise NotFound
    row = session.execute(_OWN.where(Product.id == product_id)).one_or_none()
    if row is None:
        raise NotFound
    packs = _packs(session, Variant.product_id == product_id)
    return OwnProduct(**row._asdict(), packs=packs.get(product_id, ()))


def goods_of(session: Session, producer_id: int) -> list[OwnProduct]:
    """All products of a producer with all their packs, oldest first. Two queries."""
    own = select(Product.id).where(Product.producer_id == producer_id)
    packs = _packs(session, Variant.product_id.in_(own))
    rows = session.execute(_OWN.where(Product.producer_id == producer_id).order_by(Product.id))
    return [OwnProduct(**row._asdict(), packs=packs.get(row.id, ())) for row in rows]


def _packs(session: Session, condition: ColumnElement[bool]) -> dict[int, tuple[OwnPack, ...]]:
    """All packs of products, in the order in which they were added."""
    rows = session.execute(
        select(
            Variant.product_id,
            Variant.id,
            Variant.name,
            Variant.price_fen,
            Variant.pack_grams,
            Variant.minimum_quantity,
            Variant.carton_quantity,
            Variant.is_on_sale,
        )
        .where(condition)
        .order_by(Variant.id)
    )
    found: defaultdict[int, list[OwnPack]] = defaultdict(list)
    for row in rows:
        found[row.product_id].append(OwnPack(*row[1:]))
    return {product_id: tuple(packs) for product_id, packs in found.items()}


def list_prices(session: Session, product_id: int) -> Sequence[PriceRow]:
    """What the packs of a product cost when, the newest first."""
    rows = session.execute(
        select(
            PriceEntry.variant_id,
            Variant.name,
            PriceEntry.price_fen,
            PriceEntry.at,
            PERSON_NAMES.c.name,
            PriceEntry.reason,
            PriceEntry.words,
        )
        .join(Variant, Variant.id == PriceEntry.variant_id)
        .outerjoin(PERSON_NAMES, PERSON_NAMES.c.id == PriceEntry.actor_id)
        .where(Variant.product_id == product_id)
        .order_by(PriceEntry.id.desc())
        .limit(200)
    )
    return [PriceRow(*row) for row in rows]


def certificates_of(session: Session, product_id: int) -> Sequence[CertificateRow]:
    """Every recognition of a product, the newest first."""
    rows = session.execute(
        select(
            Certification.number,
            Certification.issuer,
            Certification.valid_from,
            Certification.valid_until,
            Certification.withdrawn_on,
        )
        .where(Certification.product_id == product_id)
        .order_by(Certification.valid_until.desc(), Certification.number)
    )
    return [CertificateRow(*row) for row in rows]


def traded_goods(session: Session) -> list[tuple[int, int, int]]:
    """(product, trader, maker) of what is on sale by mandate."""
    rows = session.execute(
        select(Product.id, Product.producer_id, Product.maker_id)
        .where(Product.maker_id.is_not(None), Product.state == "PUBLISHED")
        .order_by(Product.id)
    )
    return [(row.id, row.producer_id, row.maker_id) for row in rows]
