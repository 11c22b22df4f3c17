"""The basket: one line a variant, adding again adds up."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from marketplace.catalogue.queries import VariantFacts, variants_for
from marketplace.core.clock import day_of
from marketplace.core.errors import N_, FieldError, InvalidInput, NotFound
from marketplace.core.identity import Identity
from marketplace.ordering.models import BasketLine
from marketplace.ordering.rules import MAX_QUANTITY, NotOnSale

TOO_MANY = N_("数量要在 1 到 %(most)s 之间。")


def _check(quantity: int, least: int) -> None:
    if not least <= quantity <= MAX_QUANTITY:
        raise InvalidInput(FieldError("quantity", TOO_MANY, (("most", MAX_QUANTITY),)))


def _find_variant(session: Session, variant_id: int, now: datetime) -> VariantFacts:
    found = variants_for(session, [variant_id], day_of(now)).get(variant_id)
    if found is None:
        raise NotFound
    return found


def put_in_basket(
    session: Session, identity: Identity, variant_id: int, quantity: int, now: datetime
) -> None:
    """Adds packs of a variant to what is already in the person's basket."""
    _check(quantity, 1)
    variant = _find_variant(session, variant_id, now)
    if not variant.is_on_sale:
        raise NotOnSale(name=variant.product_name)
    line = session.get(BasketLine, (identity.person_id, variant_id), with_for_update=True)
    if line is None:
        session.add(
            BasketLine(
                person_id=identity.person_id,
                variant_id=variant_id,
                quantity=quantity,
                added_at=now,
            )
        )
    else:
        _check(line.quantity + quantity, 1)
        line.quantity += quantity
    session.flush()


def put_many(
    session: Session, identity: Identity, quantities: Mapping[int, int], now: datetime
) -> list[str]:
    """Adds many packs at once. Returns the names of those that are not sold any more."""
    facts = variants_for(session, list(quantities), day_of(now))
    on_sale = {variant_id: one for variant_id, one in facts.items() if one.is_on_sale}
    mine = select(BasketLine).where(BasketLine.person_id == identity.person_id)
    known = {line.variant_id: line for line in session.scalars(mine.with_for_update())}
    for variant_id in sorted(on_sale):
        line = known.get(variant_id)
        quantity = quantities[variant_id] + (line.quantity if line else 0)
        _check(quantity, 1)
        if line is not None:
            line.quantity = quantity
        else:
            key = {"person_id": identity.person_id, "variant_id": variant_id}
            session.add(BasketLine(**key, quantity=quantity, added_at=now))
    session.flush()
    gone = [one.product_name for one in facts.values() if not one.is_on_sale]
    return sorted(gone)


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
