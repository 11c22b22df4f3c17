"""Reads of producers and their workshops."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.producers.models import Producer, Workshop

# For packages above that join names to their own rows instead of asking once more for them.
PRODUCER_NAMES = select(Producer.id, Producer.name).subquery("producer_names")
WORKSHOP_NAMES = select(Workshop.id, Workshop.name).subquery("workshop_names")


def freight_terms(session: Session, producer_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Each producer's freight and the value of goods from which it is free, in fen."""
    rows = session.execute(
        select(Producer.id, Producer.freight_fen, Producer.free_freight_from_fen).where(
            Producer.id.in_(producer_ids)
        )
    )
    return {producer_id: (freight, free_from) for producer_id, freight, free_from in rows}


def names_of(session: Session, producer_ids: Collection[int]) -> dict[int, str]:
    """Names of producers by id."""
    rows = session.execute(
        select(Producer.id, Producer.name).where(Producer.id.in_(producer_ids))
    )
    return {producer_id: name for producer_id, name in rows}
