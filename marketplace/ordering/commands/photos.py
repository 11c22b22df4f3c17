"""Photographs of what arrived, kept with the acceptance."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.errors import invalid
from marketplace.core.identity import Identity
from marketplace.ordering.commands.acceptors import hold_to_acceptor
from marketplace.ordering.commands.record import open_order
from marketplace.ordering.models import AcceptancePhoto
from marketplace.ordering.rules.photos import MOST_PHOTOGRAPHS, TOO_MANY_PHOTOGRAPHS
from marketplace.uploads.commands import keep
from marketplace.uploads.rules import PHOTOGRAPHS, GivenFile


def keep_acceptance_photos(
    session: Session,
    identity: Identity,
    order_id: int,
    files: Sequence[GivenFile],
    now: datetime,
) -> None:
    """Keeps what came with the acceptance that was just made. A second click keeps nothing.

    Raises InvalidInput for too many, or for what is no photograph.
    """
    purchase, order = open_order(session, identity, order_id)
    hold_to_acceptor(session, identity, purchase, order, now)
    if len(files) > MOST_PHOTOGRAPHS:
        raise invalid("photographs", TOO_MANY_PHOTOGRAPHS, most=MOST_PHOTOGRAPHS)
    kept = select(AcceptancePhoto.order_id).where(AcceptancePhoto.order_id == order_id).limit(1)
    if order.accepted_at is None or session.scalar(kept) is not None:
        return
    for file in files:
        upload_id = keep(session, identity, file, PHOTOGRAPHS, now)
        session.add(AcceptancePhoto(order_id=order_id, upload_id=upload_id, kept_at=now))
    session.flush()
