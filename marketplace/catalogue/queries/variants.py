"""Facts about packs that a basket, a purchase or a page of cards needs, read in bulk."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Row, String, and_, bindparam, cast, func, or_, select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Batch, Category, PriceTier, Product, Variant
from marketplace.catalogue.rules import is_certified
from marketplace.catalogue.rules.tiers import Tier, next_tier, price_at, read_tiers

MAX_ID = 2**63 - 1


@dataclass(frozen=True)
class VariantFacts:
    """One pack as it is sold today."""

    variant_id: int
    product_id: int
    product_name: str
    variant_name: str
    price_fen: int
    pack_grams: int
    minimum_quantity: int
    producer_id: int
    workshop_id: int | None
    category_code: str
    is_fresh: bool
    # Published, and this pack is offered.
    is_on_sale: bool
    available: int
    picture: str
    description: str
    certified_from: date | None
    certified_until: date | None
    certification_number: str | None
    # From so many packs on, each costs less.
    tiers: tuple[Tier, ...] = ()

    def price_for(self, quantity: int) -> int:
        """What each of so many packs costs."""
        return price_at(self.price_fen, self.tiers, quantity)

    def next_tier(self, quantity: int) -> Tier | None:
        return next_tier(self.tiers, quantity)

    def is_certified_on(self, day: date) -> bool:
        return is_certified((self.certified_from, self.certified_until), day)


TODAY = bindparam("today", type_=Date)
# Batches from which something may be sold today.
FOR_SALE = and_(
    or_(Batch.expires_on.is_(None), Batch.expires_on > TODAY),
    Batch.recalled_at.is_(None),
    Batch.quantity_on_hand > Batch.quantity_reserved,
)
AVAILABLE = (
    select(func.coalesce(func.sum(Batch.quantity_on_hand - Batch.quantity_reserved), 0))
    .where(Batch.variant_id == Variant.id, FOR_SALE)
    .correlate(Variant)
    .scalar_subquery()
)
# All tiers of a pack in one word, so that they cost no statement of their own.
TIERS = (
    select(
        func.aggregate_strings(
            cast(PriceTier.from_quantity, String) + ":" + cast(PriceTier.price_fen, String), " "
        )
    )
    .where(PriceTier.variant_id == Variant.id)
    .correlate(Variant)
    .scalar_subquery()
)
# Written once: a statement that is kept costs a third of one that is built for each page.
_FACTS = (
    select(
        Variant.id.label("variant_id"),
        Product.id.label("product_id"),
        Product.name.label("product_name"),
        Variant.name.label("variant_name"),
        Variant.price_fen,
        Variant.pack_grams,
        Variant.minimum_quantity,
        Product.producer_id,
        Product.workshop_id,
        Product.category_code,
        Category.is_fresh,
        and_(Product.state == "PUBLISHED", Variant.is_on_sale).label("is_on_sale"),
        AVAILABLE.label("available"),
        Product.picture,
        Product.description,
        Product.certified_from,
        Product.certified_until,
        Product.certification_number,
        TIERS.label("tiers"),
    )
    .join(Product, Product.id == Variant.product_id)
    .join(Category, Category.code == Product.category_code)
)
_BY_ID = _FACTS.where(Variant.id.in_(bindparam("ids", expanding=True)))
_BY_PRODUCT = _FACTS.where(
    Variant.product_id.in_(bindparam("ids", expanding=True)), Variant.is_on_sale
).order_by(Variant.price_fen, Variant.id)


def variants_for(session: Session, ids: Collection[int], today: date) -> dict[int, VariantFacts]:
    """The packs with these ids, on sale or not; ids that do not exist are left out. One query."""
    known = [variant_id for variant_id in set(ids) if 0 < variant_id <= MAX_ID]
    if not known:
        return {}
    rows = session.execute(_BY_ID, {"ids": known, "today": today}).all()
    return {facts.variant_id: facts for facts in _as_facts(rows)}


def variants_of(
    session: Session, product_ids: Collection[int], today: date
) -> dict[int, list[VariantFacts]]:
    """The packs offered of each of these products, cheapest first. One query."""
    packs: dict[int, list[VariantFacts]] = {product_id: [] for product_id in product_ids}
    if packs:
        rows = session.execute(_BY_PRODUCT, {"ids": list(packs), "today": today}).all()
        for facts in _as_facts(rows):
            packs[facts.product_id].append(facts)
    return packs


def select_facts(
    session: Session, today: date, *conditions: ColumnElement[bool], limit: int
) -> list[VariantFacts]:
    """The packs that meet the conditions, the scarcest first. One query."""
    scarcest = _FACTS.where(*conditions).order_by(AVAILABLE, Variant.id).limit(limit)
    return _as_facts(session.execute(scarcest, {"today": today}).all())


def _as_facts(rows: Sequence[Row[*tuple[Any, ...]]]) -> list[VariantFacts]:
    return [
        VariantFacts(
            **{
                **row._asdict(),
                "is_on_sale": bool(row.is_on_sale),
                "tiers": read_tiers(row.tiers),
            }
        )
        for row in rows
    ]
