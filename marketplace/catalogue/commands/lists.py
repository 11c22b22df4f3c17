"""What lists read from the product's own row, kept whenever its parts change."""

from datetime import date, datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from marketplace.catalogue.commands.changes import note_changes
from marketplace.catalogue.models import Batch, BatchOrigin, Certification, Product, Variant
from marketplace.catalogue.rules import (
    Certificate,
    OriginShare,
    certificate_for,
    lowest_prices,
    main_village,
)
from marketplace.core.clock import day_of
from marketplace.geography import queries as geography

TURNED_WITHIN = timedelta(days=31)


def refresh_lists(session: Session, product: Product, now: datetime) -> None:
    """Brings price, origin and recognition on the product's row up to date, and says so."""
    session.flush()
    _refresh_price(session, product)
    _refresh_origin(session, product)
    _refresh_certificate(session, product, day_of(now))
    session.flush()
    note_changes(session, [product.id], now)


def turn_certificates(session: Session, now: datetime) -> int:
    """Puts certificates that begin today, or have ended, into the lists; how many products."""
    today = day_of(now)
    # Only what began within the last days is looked at: the job runs every hour.
    begun = and_(
        Certification.valid_from.between(today - TURNED_WITHIN, today),
        Certification.valid_until >= today,
        or_(Product.certified_until.is_(None), Product.certified_until < today),
    )
    products = session.scalars(
        select(Product)
        .join(Certification, Certification.product_id == Product.id)
        .where(Certification.withdrawn_on.is_(None), begun)
        .order_by(Product.id)
        .with_for_update(of=Product)
    ).unique()
    count = 0
    for count, product in enumerate(products, start=1):  # noqa: B007  (counted)
        refresh_lists(session, product, now)
    return count


def _refresh_price(session: Session, product: Product) -> None:
    rows = session.execute(
        select(Variant.price_fen, Variant.pack_grams).where(
            Variant.product_id == product.id, Variant.is_on_sale
        )
    )
    packs = [(row.price_fen, row.pack_grams) for row in rows]
    product.lowest_price_fen, product.price_per_500g_fen = lowest_prices(packs)


def _refresh_origin(session: Session, product: Product) -> None:
    newest = (
        select(Batch.id)
        .join(Variant, Variant.id == Batch.variant_id)
        .where(Variant.product_id == product.id)
        .order_by(Batch.produced_on.desc(), Batch.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        select(BatchOrigin.village_code, BatchOrigin.share_ppm).where(
            BatchOrigin.batch_id == newest
        )
    )
    origin = [OriginShare(row.village_code, row.share_ppm) for row in rows]
    if origin:
        village = geography.get_village(session, main_village(origin))
        product.village_code = village.code
        product.township_code = village.township_code
        product.village_count = len(origin)


def _refresh_certificate(session: Session, product: Product, today: date) -> None:
    rows = session.scalars(
        select(Certification).where(
            Certification.product_id == product.id, Certification.withdrawn_on.is_(None)
        )
    )
    known = [Certificate(row.number, row.issuer, row.valid_from, row.valid_until) for row in rows]
    shown = certificate_for(known, today)
    product.certified_from = shown.valid_from if shown else None
    product.certified_until = shown.valid_until if shown else None
    product.certification_number = shown.number if shown else None
