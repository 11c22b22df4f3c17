"""Packs that a plan may choose from: on sale, in stock long enough, with the villages they help."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Subquery, and_, func, or_, select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Batch, BatchOrigin, Product, Variant
from marketplace.catalogue.queries.variants import TIERS
from marketplace.catalogue.rules.tiers import Tier, next_tier, price_at, read_tiers


@dataclass(frozen=True)
class PlannablePack:
    variant_id: int
    product_id: int
    producer_id: int
    category_code: str
    price_fen: int
    pack_grams: int
    minimum_quantity: int
    carton_quantity: int
    available: int
    villages: frozenset[str]
    # The first day on which what of it is sold first may be sold no more.
    first_expires_on: date | None = None
    tiers: tuple[Tier, ...] = ()

    def price_for(self, quantity: int) -> int:
        """What each of so many packs costs."""
        return price_at(self.price_fen, self.tiers, quantity)

    def most_at_one_price(self, quantity: int) -> int:
        """As many packs as can be bought at the price of this quantity."""
        following = next_tier(self.tiers, quantity)
        return min(self.available, following.from_quantity - 1) if following else self.available


_COLUMNS = (
    Variant.id.label("variant_id"),
    Product.id.label("product_id"),
    Product.producer_id,
    Product.category_code,
    Variant.price_fen,
    Variant.pack_grams,
    Variant.minimum_quantity,
    Variant.carton_quantity,
    TIERS.label("tiers"),
)


def list_plannable(
    session: Session, county: str, today: date, keeps_until: date, *, certified: bool, most: int
) -> list[PlannablePack]:
    """The best-sold packs of a county that keep until a day, at most so many. Two queries."""
    left = Batch.quantity_on_hand - Batch.quantity_reserved
    lasts = or_(Batch.expires_on.is_(None), Batch.expires_on > keeps_until)
    keeps = and_(lasts, Batch.recalled_at.is_(None), left > 0)
    stock = (
        select(
            Batch.variant_id,
            func.sum(left).label("available"),
            func.min(Batch.expires_on).label("first_expires_on"),
        )
        .where(keeps)
        .group_by(Batch.variant_id)
        .subquery()
    )
    in_force = (Product.certified_from <= today, Product.certified_until >= today)
    chosen = (
        select(*_COLUMNS, stock.c.available, stock.c.first_expires_on)
        .join(Product, Product.id == Variant.product_id)
        .join(stock, stock.c.variant_id == Variant.id)
        .where(
            Product.state == "PUBLISHED",
            Variant.is_on_sale,
            Product.township_code.startswith(county, autoescape=True),
            *(in_force if certified else ()),
        )
        .order_by(Product.sold_quantity.desc(), Variant.id)
        .limit(most)
    )
    rows = session.execute(chosen).all()
    origins = _origins(session, chosen.subquery(), keeps)
    return [
        PlannablePack(
            **{**row._asdict(), "tiers": read_tiers(row.tiers)},
            villages=frozenset(origins[row.variant_id]),
        )
        for row in rows
    ]


def _origins(session: Session, chosen: Subquery, keeps: ColumnElement[bool]) -> dict[int, set[str]]:
    """The villages behind the stock of each pack."""
    origins: dict[int, set[str]] = defaultdict(set)
    rows = session.execute(
        select(Batch.variant_id, BatchOrigin.village_code)
        .join(BatchOrigin, BatchOrigin.batch_id == Batch.id)
        .join(chosen, chosen.c.variant_id == Batch.variant_id)
        .where(keeps)
        .distinct()
    )
    for variant_id, village in rows:
        origins[variant_id].add(village)
    return origins
