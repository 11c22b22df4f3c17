"""The basket: one line a variant, adding again adds up."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from marketplace.catalogue.queries import VariantFacts, variants_for
from marketplace.core.clock import day_of
from marketplace.core.db import insert_into
from marketplace.core.errors import N_, FieldError, InvalidInput, NotFound
from marketplace.core.identity import Identity
from marketplace.core.paging import in_parts
from marketplace.ordering.models import BasketLine
from marketplace.ordering.rules import MAX_QUANTITY, NotOnSale

AT_ONCE = 500
TOO_MANY = N_("数量要在 1 到 %(most)s 之间。")


def _refusal() -> InvalidInput:
    return InvalidInput(FieldError("quantity", TOO_MANY, (("most", MAX_QUANTITY),)))


def _check(quantity: int, least: int) -> None:
    if not least <= quantity <= MAX_QUANTITY:
        raise _refusal()


def _find_variant(session: Session, variant_id: int, now: datetime) -> VariantFacts:
    found = variants_for(session, [variant_id], day_of(now)).get(variant_id)
    if found is None:
        raise NotFound
    return found


def put_in_basket(
    session: Session, identity: Identity, variant_id: int, quantity: int, now: datetime
) -> None:
    """Adds packs of a variant to what is already in the person's basket."""
    variant = _find_variant(session, variant_id, now)
    if not variant.is_on_sale:
        raise NotOnSale(name=variant.product_name)
    _add(session, identity.person_id, {variant_id: quantity}, now)


def put_many(
    session: Session, identity: Identity, quantities: Mapping[int, int], now: datetime
) -> list[str]:
    """Adds many packs at once. Returns the names of those that are not sold any more."""
    facts = variants_for(session, list(quantities), day_of(now))
    on_sale = {key: quantities[key] for key, one in facts.items() if one.is_on_sale}
    _add(session, identity.person_id, on_sale, now)
    gone = [one.product_name for one in facts.values() if not one.is_on_sale]
    return sorted(gone)


def _add(session: Session, person_id: int, quantities: Mapping[int, int], now: datetime) -> None:
    """Adds to what is there, in the order of the variants: two clicks at the same instant both
    count, and do not wait for each other in a circle."""
    for quantity in quantities.values():
        _check(quantity, 1)
    for part in in_parts(sorted(quantities), AT_ONCE):
        rows = [
            {
                "person_id": person_id,
                "variant_id": key,
                "quantity": quantities[key],
                "added_at": now,
            }
            for key in part
        ]
        put = insert_into(session, BasketLine).values(rows)
        more = BasketLine.quantity + put.excluded.quantity
        added = put.on_conflict_do_update(
            index_elements=["person_id", "variant_id"],
            set_={"quantity": more},
            where=more <= MAX_QUANTITY,
        ).returning(BasketLine.variant_id)
        if len(session.scalars(added).all()) < len(rows):
            raise _refusal()


def set_quantity(
    session: Session, identity: Identity, variant_id: int, quantity: int, now: datetime
) -> None:
    """Sets a line's quantity; 0 takes the line away."""
    _check(quantity, 0)
    mine = (BasketLine.person_id == identity.person_id, BasketLine.variant_id == variant_id)
    if quantity == 0:
        session.execute(delete(BasketLine).where(*mine))
    else:
        session.execute(update(BasketLine).where(*mine).values(quantity=quantity, added_at=now))
    session.flush()


def take_from_basket(session: Session, person_id: int, variant_ids: list[int]) -> None:
    """Takes what has become a purchase out of the basket."""
    mine = BasketLine.person_id == person_id
    gone = delete(BasketLine).where(mine, BasketLine.variant_id.in_(variant_ids))
    # The purchase itself is not finished yet: it is written once, when it is.
    session.execute(gone, execution_options={"autoflush": False})
