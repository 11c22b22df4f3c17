"""Photographs of an acceptance, for those who may see the order."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.ordering.models import AcceptancePhoto
from marketplace.ordering.queries.orders import get_order
from marketplace.uploads.queries import KeptFile, get_upload


def photographs_of(session: Session, order_id: int) -> Sequence[int]:
    """Ids of the photographs that came with an order's acceptance."""
    wanted = select(AcceptancePhoto.upload_id).where(AcceptancePhoto.order_id == order_id)
    return session.scalars(wanted.order_by(AcceptancePhoto.upload_id)).all()


def get_acceptance_photo(
    session: Session, identity: Identity, order_id: int, upload_id: int
) -> KeptFile:
    """One of them. Raises NotFound."""
    get_order(session, identity, order_id)
    if upload_id not in photographs_of(session, order_id):
        raise NotFound
    return get_upload(session, upload_id)
