"""The basket with today's prices and stock."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from marketplace.catalogue.queries import VariantFacts, variants_for
from marketplace.livestream.queries.limits import limits_for
from marketplace.ordering.models import BasketLine, Purchase
from marketplace.ordering.queries.basket_views import (
    Basket,
    BasketGroup,
    BasketLineView,
    Unpaid,
)
from marketplace.ordering.rules import PurchaseState
from marketplace.producers.queries import shops_of
from marketplace.producers.rules import Load, freight_of

# Written once: a statement that is kept costs a third of one that is built for each page.
_MINE = BasketLine.person_id == bindparam("person")
_COUNT = select(func.count()).select_from(BasketLine).where(_MINE)
_PACKS = (
    select(BasketLine.variant_id, BasketLine.quantity)
    .where(_MINE)
    .order_by(BasketLine.added_at.desc(), BasketLine.variant_id)
)


def count_basket(session: Session, person_id: int) -> int:
    """How many lines a person's basket has."""
    return session.scalar(_COUNT, {"person": person_id}) or 0


def list_basket(
    session: Session,
    person_id: int,
    today: date,
    only: Collection[int] | None = None,
    address: str = "",
) -> Basket:
    """A person's basket by producer; `only` keeps the variants that were chosen. The address is
    where it goes to, as far as that is known: freight may depend on it."""
    packs = packs_in(session, person_id, only)
    return price_basket(session, packs, today, address, person_id=person_id)


def list_unpaid(session: Session, person_id: int) -> Sequence[Unpaid]:
    """What a person bought for themselves and has not paid yet, what runs out first first."""
    rows = session.execute(
        select(
            Purchase.id,
            Purchase.number,
            Purchase.goods_fen + Purchase.freight_fen,
            Purchase.expires_at,
        )
        .where(
            Purchase.buyer_id == person_id,
            Purchase.unit_id.is_(None),
            Purchase.state == PurchaseState.PLACED,
            Purchase.expires_at.is_not(None),
        )
        .order_by(Purchase.expires_at, Purchase.id)
    )
    return [Unpaid(key, number, fen, until) for key, number, fen, until in rows if until]


def packs_in(
    session: Session, person_id: int, only: Collection[int] | None = None
) -> dict[int, int]:
    """Packs by variant in a person's basket, what was added last first."""
    rows = session.execute(_PACKS, {"person": person_id})
    return {variant: packs for variant, packs in rows if only is None or variant in only}


def price_basket(
    session: Session,
    quantities: dict[int, int],
    today: date,
    address: str = "",
    *,
    person_id: int | None = None,
) -> Basket:
    """Quantities by variant as a basket of today, with what a livestream allows the person."""
    facts = variants_for(session, list(quantities), today)
    products = {variant.product_id for variant in facts.values()}
    limits = limits_for(session, person_id, products) if person_id and products else {}
    wanted: dict[int, int] = defaultdict(int)
    for variant_id, variant in facts.items():
        wanted[variant.product_id] += quantities[variant_id]
    groups: dict[int, list[BasketLineView]] = defaultdict(list)
    for variant_id, quantity in quantities.items():
        if variant_id in facts:
            variant = facts[variant_id]
            limit = limits.get(variant.product_id)
            over = limit is not None and wanted[variant.product_id] > limit.left
            line = _line(variant, quantity, today)
            problem = line.problem or ("over_limit" if over else None)
            groups[variant.producer_id].append(replace(line, limit=limit, problem=problem))
    shops = shops_of(session, list(groups))
    grams = {variant_id: facts[variant_id].pack_grams for variant_id in facts}
    return Basket(
        tuple(
            BasketGroup(
                producer,
                shops[producer][0],
                tuple(lines),
                freight_of(_load(lines, grams, address), shops[producer][1]),
            )
            for producer, lines in groups.items()
        )
    )


def _load(lines: list[BasketLineView], grams: dict[int, int], address: str) -> Load:
    return Load(
        goods_fen=sum(line.line_fen for line in lines),
        pieces=sum(line.quantity for line in lines),
        weight_g=sum(line.quantity * grams[line.variant_id] for line in lines),
        address=address,
    )


def _line(variant: VariantFacts, quantity: int, today: date) -> BasketLineView:
    return BasketLineView(
        variant_id=variant.variant_id,
        product_id=variant.product_id,
        product_name=variant.product_name,
        variant_name=variant.variant_name,
        picture=variant.picture,
        price_fen=variant.price_for(quantity),
        quantity=quantity,
        minimum_quantity=variant.minimum_quantity,
        available=variant.available,
        is_certified=variant.is_certified_on(today),
        problem=_problem(variant, quantity),
        single_fen=variant.price_fen,
        next_tier=variant.next_tier(quantity),
    )


def _problem(variant: VariantFacts, quantity: int) -> str | None:
    if not variant.is_on_sale:
        return "off_sale"
    if variant.available < quantity:
        return "too_few"
    return "below_minimum" if quantity < variant.minimum_quantity else None
