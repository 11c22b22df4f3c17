"""What a producer has, and the words that a table may use, as far as rows are matched to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.queries import OwnProduct, list_categories
from marketplace.core.paging import in_parts
from marketplace.listing.models import ChangeRequest, VariantSku
from marketplace.listing.rules import Changes
from marketplace.listing.rules.sheet import VILLAGE_AT, Known
from marketplace.producers.queries.nearby import villages_called
from marketplace.producers.queries.workshops import workshops_of

AT_ONCE = 500


@dataclass(frozen=True)
class Shelf:
    """What a producer has, as far as rows are matched to it."""

    goods: Mapping[int, OwnProduct]
    product_of: Mapping[int, int]
    by_name: Mapping[str, int]
    skus: Mapping[str, int]
    foreign: frozenset[str]
    waiting: Mapping[int, Changes]

    @property
    def numbers(self) -> Mapping[int, str]:
        return {variant_id: sku for sku, variant_id in self.skus.items()}


def known_words(
    session: Session,
    producer_id: int,
    own: Sequence[OwnProduct],
    rows: Sequence[Sequence[str]],
) -> Known:
    """The words of categories, villages and workshops, and what packs weigh that are there."""
    categories = list_categories(session)
    return Known(
        categories={
            word: one.code for one in categories for word in (one.code, one.name, one.name_en)
        },
        villages=villages_called(session, producer_id, {row[VILLAGE_AT] for row in rows}),
        workshops={one.name: one.id for one in workshops_of(session, producer_id)},
        weights={(one.name, pack.name): pack.pack_grams for one in own for pack in one.packs},
    )


def read_shelf(
    session: Session, producer_id: int, own: Sequence[OwnProduct], skus: Sequence[str]
) -> Shelf:
    """What a producer has, and which of these numbers are others'."""
    goods = {product.id: product for product in own}
    mine = select(VariantSku.sku, VariantSku.variant_id).where(
        VariantSku.producer_id == producer_id
    )
    foreign: set[str] = set()
    for part in in_parts(sorted(set(skus) - {""}), AT_ONCE):
        others = (VariantSku.sku.in_(part), VariantSku.producer_id != producer_id)
        foreign |= set(session.scalars(select(VariantSku.sku).where(*others)))
    waiting: dict[int, Changes] = {}
    for ids in in_parts(sorted(goods), AT_ONCE):
        open_ones = select(ChangeRequest).where(ChangeRequest.open_for.in_(ids))
        waiting |= {one.product_id: one.changes for one in session.scalars(open_ones)}
    return Shelf(
        goods=goods,
        product_of={p.variant_id: one.id for one in goods.values() for p in one.packs},
        # Of two with the same name the older one.
        by_name={one.name: one.id for one in reversed(goods.values())},
        skus={row.sku: row.variant_id for row in session.execute(mine)},
        foreign=frozenset(foreign),
        waiting=waiting,
    )
