"""What the system can see of a producer and its products, and on which rungs somebody stood."""

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import list_members, member_ids
from marketplace.catalogue.queries import products_on
from marketplace.certification.models import ApplicationStep, CertificationApplication
from marketplace.certification.rules import roles_on
from marketplace.core.errors import InvalidInput
from marketplace.core.identity import OrganisationKind, Role
from marketplace.core.numbers import normal_uscc
from marketplace.geography.rules import county_of
from marketplace.producers.queries import get_producer
from marketplace.units.queries import find_centre_over, list_centres_over

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


def free_for(session: Session, application_id: int, township_code: str, rung: str) -> set[int]:
    """Who looks after a producer's county, may take a rung, has stood on no other of it, and does
    not work for the producer."""
    centres = list_centres_over(session, township_code)
    return _free_in(session, application_id, rung, [one.id for one in centres])


def nearest_free_for(
    session: Session, application_id: int, township_code: str, rung: str
) -> set[int]:
    """Of these the county's own people; where none of them is free, those of the next wider area
    that has any."""
    centres = list_centres_over(session, township_code)
    nearest = sorted(centres, key=lambda one: len(one.county_code), reverse=True)
    free = (_free_in(session, application_id, rung, [centre.id]) for centre in nearest)
    return next(filter(None, free), set())


def _free_in(
    session: Session, application_id: int, rung: str, centre_ids: Iterable[int]
) -> set[int]:
    elsewhere = (ApplicationStep.application_id == application_id, ApplicationStep.rung != rung)
    stood = set(session.scalars(select(ApplicationStep.actor_id).where(*elsewhere)))
    officers = {
        person_id
        for centre_id in centre_ids
        for person_id in member_ids(session, OrganisationKind.CENTRE, centre_id, *roles_on(rung))
    }
    applied = select(CertificationApplication.producer_id)
    producer_id = session.scalars(
        applied.where(CertificationApplication.id == application_id)
    ).one()
    return officers - stood - member_ids(session, OrganisationKind.PRODUCER, producer_id)


def names_of_appointers(session: Session, township_code: str) -> tuple[str, ...]:
    """Who asks for another officer in the centre that looks after it most closely."""
    centre = find_centre_over(session, township_code)
    if centre is None:
        return ()
    members = list_members(session, OrganisationKind.CENTRE, centre.id, Role.SYSTEM)
    return tuple(person.name for person, _role in members)


def rungs_of(session: Session, application_id: int, person_id: int) -> list[str]:
    """The rungs on which a person has done something with an application."""
    mine = (ApplicationStep.application_id == application_id, ApplicationStep.actor_id == person_id)
    return list(session.scalars(select(ApplicationStep.rung).where(*mine)))
