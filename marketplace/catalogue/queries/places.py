"""What lies in the stores, by the villages that it came from."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from marketplace.catalogue.models import Batch, BatchOrigin, Product, Variant
from marketplace.catalogue.queries.batches import NearExpiry, near_expiry_conditions
from marketplace.core.areas import in_area
from marketplace.core.money import PPM

HUNDREDTHS = PPM // 100

_LEFT = Batch.quantity_on_hand - Batch.quantity_reserved


@dataclass(frozen=True)
class VillageGoods:
    """Packs of a product that came from a village at least in part, and its part of their value."""

    village_code: str
    product_id: int
    product_name: str
    producer_id: int
    packs: int
    value_fen: int
    first_expires_on: date | None


@dataclass(frozen=True)
class Wanted:
    """Which goods: of the villages of an area, certified today or not, from these origins alone,
    and not too old to be delivered."""

    area: str
    today: date
    keeps_until: date
    certified: bool = False
    origins: tuple[str, ...] = ()


def _conditions(wanted: Wanted) -> tuple[ColumnElement[bool], ...]:
    lasts = or_(Batch.expires_on.is_(None), Batch.expires_on > wanted.keeps_until)
    conditions: list[ColumnElement[bool]] = [
        Product.state == "PUBLISHED",
        Variant.is_on_sale.is_(True),
        Batch.recalled_at.is_(None),
        _LEFT > 0,
        lasts,
        BatchOrigin.village_code.startswith(wanted.area, autoescape=True),
    ]
    if wanted.certified:
        conditions += [
            Product.certified_from <= wanted.today,
            Product.certified_until >= wanted.today,
        ]
    if wanted.origins:
        other = aliased(BatchOrigin)
        outside = and_(
            *(~other.village_code.startswith(prefix, autoescape=True) for prefix in wanted.origins)
        )
        conditions.append(~exists().where(other.batch_id == Batch.id, outside))
    return tuple(conditions)


def _goods(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    # By hundredths of a percent: whole numbers that stay within what a database adds up.
    part_fen = _LEFT * Variant.price_fen * (BatchOrigin.share_ppm // 100) // HUNDREDTHS
    keys = (BatchOrigin.village_code, Product.id, Product.name, Product.producer_id)
    return (
        select(*keys, func.sum(_LEFT), func.sum(part_fen), func.min(Batch.expires_on))
        .select_from(BatchOrigin)
        .join(Batch, Batch.id == BatchOrigin.batch_id)
        .join(Variant, Variant.id == Batch.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .where(*_conditions(wanted))
        .group_by(*keys)
    )


def goods_of_villages(session: Session, wanted: Wanted) -> Sequence[VillageGoods]:
    """Every village's goods, those of most value first."""
    rows = session.execute(_goods(wanted))
    found = [VillageGoods(*row) for row in rows]
    return sorted(found, key=lambda one: (one.village_code, -one.value_fen, one.product_id))


@dataclass(frozen=True)
class VillageStock:
    packs: int
    value_fen: int


def stock_of_villages(
    session: Session, codes: Collection[str], today: date
) -> dict[str, VillageStock]:
    """What of each of a page's villages may be sold today."""
    wanted = Wanted("", today, today)
    goods = _goods(wanted).where(BatchOrigin.village_code.in_(codes)).subquery()
    village, packs, value_fen = goods.c[0], goods.c[4], goods.c[5]
    rows = session.execute(select(village, func.sum(packs), func.sum(value_fen)).group_by(village))
    return {code: VillageStock(int(packs), int(fen)) for code, packs, fen in rows}


def sum_near_expiry(session: Session, today: date, days: int, *, area: str = "") -> NearExpiry:
    """How much of all that expires soon is free, and what it is worth."""
    row = session.execute(
        select(func.count(), func.sum(_LEFT), func.sum(_LEFT * Variant.price_fen))
        .select_from(Batch)
        .join(Variant, Variant.id == Batch.variant_id)
        .where(*near_expiry_conditions(today, days), *in_area("batch", Batch.id, area))
    ).one()
    return NearExpiry(*(int(figure or 0) for figure in row))
