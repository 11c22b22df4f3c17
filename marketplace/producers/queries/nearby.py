"""The villages that a producer chooses from: those of its county, and any by its code."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from marketplace.geography import queries
from marketplace.geography.queries import Place
from marketplace.geography.rules import Villages, county_of
from marketplace.producers.queries import get_producer


def villages_near(session: Session, producer_id: int) -> list[Place]:
    return queries.list_living(session, _county(session, producer_id))


def villages_called(session: Session, producer_id: int, typed: Iterable[str]) -> Villages:
    """What was typed → the codes that the producer may mean."""
    return queries.codes_by_name(session, _county(session, producer_id), typed)


def _county(session: Session, producer_id: int) -> str:
    return county_of(get_producer(session, producer_id).village_code)
