"""Photographs of a product: kept in three sizes, in an order, the first one on its card."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from marketplace.catalogue.commands import show_photo
from marketplace.catalogue.queries import OwnProduct
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.core.pictures import Drawn
from marketplace.listing.commands.products import named, open_own
from marketplace.listing.commands.record import Step, note
from marketplace.listing.models import ProductPhoto
from marketplace.listing.queries import photos_of
from marketplace.listing.rules import MOST_PHOTOS, TooManyPhotos
from marketplace.uploads.commands import keep
from marketplace.uploads.rules import PHOTOGRAPHS, GivenFile


def add_photos(
    session: Session, identity: Identity, product_id: int, drawn: Sequence[Drawn], now: datetime
) -> int:
    """Adds photographs behind those that are there; the same one twice is one. How many are new.

    Raises NotFound for whoever does not work for the producer, or TooManyPhotos.
    """
    product = open_own(session, identity, product_id)
    known = {photo.mark for photo in photos_of(session, product_id)}
    fresh = {hashlib.sha256(one.full).hexdigest(): one for one in drawn}
    fresh = {mark: one for mark, one in fresh.items() if mark not in known}
    if len(known) + len(fresh) > MOST_PHOTOS:
        raise TooManyPhotos
    for mark, one in fresh.items():
        _keep(session, identity, product_id, (mark, one), now)
    _lead(session, product, now)
    if fresh:
        step = Step("PHOTOS", after={"added": sorted(fresh)})
        note(session, identity, named(product), step, now)
    return len(fresh)


def remove_photo(
    session: Session, identity: Identity, product_id: int, mark: str, now: datetime
) -> None:
    """Takes a photograph out of the gallery; a second time changes nothing."""
    product = open_own(session, identity, product_id)
    gone = (ProductPhoto.product_id == product_id, ProductPhoto.mark == mark)
    found = session.scalar(select(ProductPhoto.id).where(*gone))
    if found is None:
        return
    session.execute(delete(ProductPhoto).where(*gone))
    _lead(session, product, now)
    note(session, identity, named(product), Step("PHOTOS", after={"removed": mark}), now)


def lead_with(
    session: Session, identity: Identity, product_id: int, mark: str, now: datetime
) -> None:
    """The photograph that stands first, and on the card. Raises NotFound."""
    product = open_own(session, identity, product_id)
    if mark not in {photo.mark for photo in photos_of(session, product_id)}:
        raise NotFound
    first = select(func.min(ProductPhoto.position)).where(ProductPhoto.product_id == product_id)
    session.execute(
        update(ProductPhoto)
        .where(ProductPhoto.product_id == product_id, ProductPhoto.mark == mark)
        .values(position=(session.scalar(first) or 0) - 1)
    )
    _lead(session, product, now)


def _keep(
    session: Session,
    identity: Identity,
    product_id: int,
    photo: tuple[str, Drawn],
    now: datetime,
) -> None:
    mark, drawn = photo
    last = select(func.max(ProductPhoto.position)).where(ProductPhoto.product_id == product_id)
    ids = {
        f"{size}_id": keep(
            session,
            identity,
            GivenFile("photos", f"{mark[:12]}-{size}.webp", getattr(drawn, size)),
            PHOTOGRAPHS,
            now,
        )
        for size in ("card", "page", "full")
    }
    session.add(
        ProductPhoto(
            product_id=product_id,
            mark=mark,
            position=(session.scalar(last) or 0) + 1,
            width=drawn.width,
            height=drawn.height,
            **ids,
        )
    )
    session.flush()


def _lead(session: Session, product: OwnProduct, now: datetime) -> None:
    """The first photograph is the one on the card."""
    photos = photos_of(session, product.id)
    mark = photos[0].mark if photos else None
    if mark != product.photo:
        show_photo(session, product.id, mark, now)
