"""What the system can see of a producer and its products, and on which rungs somebody stood."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.queries import products_on
from marketplace.certification.models import ApplicationStep
from marketplace.core.errors import InvalidInput
from marketplace.core.numbers import normal_uscc
from marketplace.geography.rules import county_of
from marketplace.producers.queries import get_producer

EVER = date.max


def check_by_system(
    session: Session, producer_id: int, product_ids: Collection[int]
) -> dict[str, bool]:
    """Whether the licence's number holds, a food licence is on record, and everything comes
    from villages of the producer's own county."""
    producer = get_producer(session, producer_id)
    county = county_of(producer.township_code)
    products = products_on(session, product_ids, EVER)
    villages = {code for one in products.values() for code, _share_ppm in one.origins}
    return {
        "LICENCE_VALID": _is_uscc(producer.uscc),
        "FOOD_LICENCE": bool(producer.food_licence),
        "ORIGIN_HERE": all(county_of(code) == county for code in villages),
    }


def _is_uscc(uscc: str) -> bool:
    try:
        normal_uscc(uscc)
    except InvalidInput:
        return False
    return True


def rungs_of(session: Session, application_id: int, person_id: int) -> list[str]:
    """The rungs on which a person has done something with an application."""
    mine = (ApplicationStep.application_id == application_id, ApplicationStep.actor_id == person_id)
    return list(session.scalars(select(ApplicationStep.rung).where(*mine)))
