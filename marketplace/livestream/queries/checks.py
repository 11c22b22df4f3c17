"""What an official is warned of before a session is held."""

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.queries import batches_of, variants_of
from marketplace.catalogue.queries.named import GOODS
from marketplace.catalogue.rules import is_certified
from marketplace.catalogue.rules.keeping import near_expiry
from marketplace.core.clock import day_of
from marketplace.livestream.queries.sessions import OfferRow, SessionView
from marketplace.livestream.rules import checks
from marketplace.livestream.rules.checks import Caution, claims_in
from marketplace.livestream.rules.sessions import OfferState


def cautions_of(
    session: Session, view: SessionView, offers: Sequence[OfferRow], today: date
) -> list[Caution]:
    """Everything worth a look, the host first, then product by product."""
    found = [Caution(checks.SUSPENDED)] if view.is_suspended else []
    found += _claims_in_title(view)
    held_on = max(day_of(view.starts_at), today)
    certified = _certified_on(session, [offer.product_id for offer in offers], held_on)
    for offer in offers:
        found += _of_goods(session, offer, held_on)
        if offer.product_id not in certified:
            found.append(_about(checks.NOT_CERTIFIED, offer))
        found += _claims(offer)
    return found


def claims_of(view: SessionView, offers: Sequence[OfferRow]) -> list[Caution]:
    """What title and scripts say that the law on advertising forbids: for whoever writes them,
    before an official looks."""
    return [*_claims_in_title(view), *(one for offer in offers for one in _claims(offer))]


def _claims_in_title(view: SessionView) -> list[Caution]:
    words = claims_in(view.title)
    return [Caution(checks.CLAIM_IN_TITLE, (("words", "、".join(words)),))] if words else []


def _about(message: str, offer: OfferRow) -> Caution:
    return Caution(message, (("product", offer.product_name),))


def _claims(offer: OfferRow) -> list[Caution]:
    words = claims_in(offer.script)
    if not words:
        return []
    params = (("product", offer.product_name), ("words", "、".join(words)))
    return [Caution(checks.CLAIM_IN_SCRIPT, params)]


def _certified_on(session: Session, product_ids: Sequence[int], day: date) -> set[int]:
    columns = (GOODS.c.id, GOODS.c.certified_from, GOODS.c.certified_until)
    rows = session.execute(select(*columns).where(GOODS.c.id.in_(product_ids)))
    return {row.id for row in rows if is_certified((row[1], row[2]), day)}


def _of_goods(session: Session, offer: OfferRow, held_on: date) -> Iterator[Caution]:
    if offer.state != OfferState.AGREED:
        yield _about(checks.NOT_AGREED, offer)
    if not offer.is_on_sale:
        yield _about(checks.NOT_ON_SALE, offer)
        return
    packs = variants_of(session, [offer.product_id], held_on)[offer.product_id]
    batches = batches_of(session, [pack.variant_id for pack in packs], held_on)
    if not batches:
        yield _about(checks.NOTHING_LEFT, offer)
    _first, last = near_expiry(held_on)
    for batch in batches:
        if batch.expires_on is not None and batch.expires_on <= last:
            params = (
                ("product", offer.product_name),
                ("batch", batch.code),
                ("expires_on", batch.expires_on),
            )
            yield Caution(checks.SOON_EXPIRED, params)
