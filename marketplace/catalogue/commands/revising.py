"""Changing what a product says of itself, and its way from the producer's desk to the shelves."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.commands.changes import note_changes
from marketplace.catalogue.commands.lists import refresh_lists
from marketplace.catalogue.commands.products import check_product, lock_product, wrong_variant
from marketplace.catalogue.models import Product, Variant
from marketplace.catalogue.rules import NewProduct, NewVariant, ProductIncomplete
from marketplace.core.errors import InvalidInput, NotFound
from marketplace.geography.queries import get_village


def revise_product(
    session: Session, product_id: int, values: Mapping[str, Any], now: datetime
) -> Product:
    """New words, category, workshop or village of a product, by the names they have in
    `NewProduct`. Raises as `create_product` does."""
    product = lock_product(session, product_id)
    stands = NewProduct(
        producer_id=product.producer_id,
        category_code=product.category_code,
        name=product.name,
        village_code=product.village_code,
        description=product.description,
        workshop_id=product.workshop_id,
    )
    wanted = replace(stands, **values)
    category = check_product(session, wanted)
    product.category_code, product.picture = category.code, category.picture
    product.name, product.description = wanted.name.strip(), wanted.description.strip()
    product.workshop_id = wanted.workshop_id
    refresh_lists(session, product, now)
    if "village_code" in values:
        # Said by the producer; the next batch says it again, from its own shares.
        village = get_village(session, wanted.village_code)
        product.village_code, product.township_code = village.code, village.township_code
        session.flush()
    return product


def revise_variant(
    session: Session, variant_id: int, values: Mapping[str, Any], now: datetime
) -> Variant:
    """New facts of a pack, but not its price. Raises InvalidInput that names every field."""
    variant = session.get(Variant, variant_id)
    if variant is None:
        raise NotFound
    product = lock_product(session, variant.product_id)
    facts = {name: getattr(variant, name) for name in NewVariant.__dataclass_fields__}
    errors = wrong_variant(NewVariant(**{**facts, **_without_sale(values)}))
    if errors:
        raise InvalidInput(*errors)
    for name, value in values.items():
        setattr(variant, name, value)
    refresh_lists(session, product, now)
    return variant


def submit(session: Session, product_id: int, now: datetime) -> Product:
    """Hands a product in. Raises ProductIncomplete where no pack is on sale."""
    product = lock_product(session, product_id)
    offered = select(Variant.id).where(Variant.product_id == product.id, Variant.is_on_sale)
    if session.scalar(offered.limit(1)) is None:
        raise ProductIncomplete
    return _turn(session, product, "SUBMITTED", now)


def take_back(session: Session, product_id: int, now: datetime) -> Product:
    """What was handed in is a draft again."""
    return _turn(session, lock_product(session, product_id), "DRAFT", now)


def show_photo(session: Session, product_id: int, mark: str | None, now: datetime) -> None:
    """Which photograph cards show; None: the drawn picture."""
    product = lock_product(session, product_id)
    product.photo = mark
    session.flush()
    note_changes(session, [product.id], now)


def _turn(session: Session, product: Product, state: str, now: datetime) -> Product:
    product.state = state
    session.flush()
    note_changes(session, [product.id], now)
    return product


def _without_sale(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "is_on_sale"}
