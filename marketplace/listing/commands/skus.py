"""Giving packs the numbers under which their producer knows them."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.listing.models import VariantSku
from marketplace.listing.rules import SkuTaken


def give_sku(session: Session, producer_id: int, variant_id: int, sku: str) -> None:
    """This number and no other; none where it is empty. Raises SkuTaken where another pack of
    whichever producer goes by it: numbers stand on parcels, and a file must not reach others'."""
    sku = sku.strip()
    holder = select(VariantSku.variant_id).where(VariantSku.sku == sku)
    holders = set(session.scalars(holder)) if sku else set()
    if holders - {variant_id}:
        raise SkuTaken(sku=sku)
    if variant_id in holders:
        return
    session.execute(delete(VariantSku).where(VariantSku.variant_id == variant_id))
    if sku:
        session.add(VariantSku(producer_id=producer_id, sku=sku, variant_id=variant_id))
    session.flush()
