"""The basket with today's prices and stock."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.catalogue.queries import VariantFacts, variants_for
from marketplace.ordering.models import BasketLine
from marketplace.ordering.queries.basket_views import Basket, BasketGroup, BasketLineView
from marketplace.producers.queries import freight_terms, names_of
from marketplace.producers.rules import freight_of


def count_basket(session: Session, person_id: int) -> int:
    """How many lines a person's basket has."""
    mine = select(func.count()).select_from(BasketLine).where(BasketLine.person_id == person_id)
    return session.scalar(mine) or 0


def list_basket(
    session: Session, person_id: int, today: date, only: Collection[int] | None = None
) -> Basket:
    """A person's basket by producer; `only` keeps the variants that were chosen."""
    rows = session.execute(
        select(BasketLine.variant_id, BasketLine.quantity)
        .where(BasketLine.person_id == person_id)
        .order_by(BasketLine.added_at.desc(), BasketLine.variant_id)
    )
    quantities = {row.variant_id: row.quantity for row in rows}
    if only is not None:
        quantities = {variant: packs for variant, packs in quantities.items() if variant in only}
    return price_basket(session, quantities, today)


def price_basket(session: Session, quantities: dict[int, int], today: date) -> Basket:
    """Quantities by variant as a basket of today."""
    facts = variants_for(session, list(quantities), today)
    groups: dict[int, list[BasketLineView]] = defaultdict(list)
    for variant_id, quantity in quantities.items():
        if variant_id in facts:
            variant = facts[variant_id]
            groups[variant.producer_id].append(_line(variant, quantity, today))
    names = names_of(session, list(groups))
    terms = freight_terms(session, list(groups))
    return Basket(
        tuple(
            _group(producer, names[producer], lines, terms[producer])
            for producer, lines in groups.items()
        )
    )


def _group(
    producer_id: int, name: str, lines: list[BasketLineView], terms: tuple[int, int]
) -> BasketGroup:
    goods_fen = sum(line.line_fen for line in lines)
    return BasketGroup(producer_id, name, tuple(lines), freight_of(goods_fen, *terms))


def _line(variant: VariantFacts, quantity: int, today: date) -> BasketLineView:
    return BasketLineView(
        variant_id=variant.variant_id,
        product_id=variant.product_id,
        product_name=variant.product_name,
        variant_name=variant.variant_name,
        picture=variant.picture,
        price_fen=variant.price_fen,
        quantity=quantity,
        minimum_quantity=variant.minimum_quantity,
        available=variant.available,
        is_certified=variant.is_certified_on(today),
        problem=_problem(variant, quantity),
    )


def _problem(variant: VariantFacts, quantity: int) -> str | None:
    if not variant.is_on_sale:
        return "off_sale"
    if variant.available < quantity:
        return "too_few"
    return "below_minimum" if quantity < variant.minimum_quantity else None
