"""Setting the tier prices of a pack."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.catalogue.commands.changes import note_changes
from marketplace.catalogue.commands.products import lock_product
from marketplace.catalogue.models import PriceTier, Variant
from marketplace.catalogue.rules.tiers import Tier, wrong_tiers
from marketplace.core.errors import InvalidInput, NotFound
from marketplace.core.identity import Identity, OrganisationKind


def set_tiers(
    session: Session, identity: Identity, variant_id: int, tiers: Sequence[Tier], now: datetime
) -> None:
    """These tiers and no others, from now on; orders keep the price they were placed at.

    Raises NotFound for whoever does not work for the producer, InvalidInput by row.
    """
    variant = session.get(Variant, variant_id)
    if variant is None:
        raise NotFound
    product = lock_product(session, variant.product_id)
    if not identity.has_role(OrganisationKind.PRODUCER, product.producer_id):
        raise NotFound
    session.refresh(variant)
    errors = wrong_tiers(variant.price_fen, tiers)
    if errors:
        raise InvalidInput(*errors)
    before = list(
        session.execute(
            select(PriceTier.from_quantity, PriceTier.price_fen)
            .where(PriceTier.variant_id == variant_id)
            .order_by(PriceTier.from_quantity)
        )
    )
    session.execute(delete(PriceTier).where(PriceTier.variant_id == variant_id))
    if tiers:
        rows = [{"variant_id": variant_id, **vars(tier)} for tier in tiers]
        session.execute(insert(PriceTier), rows)
    note_changes(session, [product.id], now)
    record(
        session,
        now,
        actor_id=identity.person_id,
        action="variant.tiers",
        object_kind="variant",
        object_id=variant_id,
        before={"tiers": [list(row) for row in before]},
        after={"tiers": [[tier.from_quantity, tier.price_fen] for tier in tiers]},
    )
