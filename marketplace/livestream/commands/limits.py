"""Offers of which one person may buy only so many packs while the session is live."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from marketplace.catalogue.queries import list_names
from marketplace.core.db import insert_into
from marketplace.livestream.models import LiveSession, OfferTaken, SessionOffer
from marketplace.livestream.rules.limits import OverLimit

Packs = Mapping[int, int]
# (offer, product, limit) of what is live.
Limited = Sequence[tuple[int, int, int]]


def take(session: Session, person_id: int, packs: Packs, limited: Limited) -> None:
    """Counts what a person orders (product → packs) against the limits of live sessions.

    Raises OverLimit. Two orders at the same instant follow each other at the person's own row,
    so that nobody else waits.
    """
    for offer_id, product_id, most in limited:
        taken = OfferTaken.__table__
        begin = insert_into(session, OfferTaken).values(
            offer_id=offer_id, person_id=person_id, packs=packs[product_id]
        )
        added = session.execute(
            begin.on_conflict_do_update(
                index_elements=["offer_id", "person_id"],
                set_={"packs": taken.c.packs + packs[product_id]},
                where=taken.c.packs + packs[product_id] <= most,
            ).returning(taken.c.packs)
        ).scalar()
        if added is None or added > most:
            name = list_names(session, [product_id])[product_id].name
            raise OverLimit(name=name, most=most, wanted=packs[product_id])


def give_back(session: Session, person_id: int, packs: Packs, placed_at: datetime) -> None:
    """What left the road counts against no limit any more."""
    for offer_id, product_id, _most in list_limited(session, packs, placed_at):
        session.execute(
            update(OfferTaken)
            .where(
                OfferTaken.offer_id == offer_id,
                OfferTaken.person_id == person_id,
                OfferTaken.packs >= packs[product_id],
            )
            .values(packs=OfferTaken.packs - packs[product_id])
        )


def list_limited(session: Session, packs: Packs, at: datetime) -> Limited:
    """What was live with a limit at an instant, in the order of offers."""
    rows = session.execute(
        select(SessionOffer.id, SessionOffer.product_id, SessionOffer.limit_per_person)
        .join(LiveSession, LiveSession.id == SessionOffer.session_id)
        .where(
            SessionOffer.product_id.in_(packs),
            SessionOffer.limit_per_person.is_not(None),
            LiveSession.started_at <= at,
            or_(LiveSession.ended_at.is_(None), LiveSession.ended_at > at),
        )
        .order_by(SessionOffer.id)
    )
    return [(row.id, row.product_id, row.limit_per_person or 0) for row in rows]
