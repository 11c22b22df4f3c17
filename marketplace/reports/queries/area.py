"""In which county someone works: by their centre, their unit or their producer."""

from sqlalchemy.orm import Session

from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.geography.rules import COUNTY_DIGITS
from marketplace.producers.queries import get_producer
from marketplace.units.queries import get_unit
from marketplace.units.queries.units import get_centre_by_id


def county_of(session: Session, identity: Identity) -> str:
    """Six digits; empty for the public, who belong to no county."""
    places = (
        (OrganisationKind.CENTRE, lambda key: get_centre_by_id(session, key).county_code),
        (OrganisationKind.UNIT, lambda key: get_unit(session, key).division_code),
        (OrganisationKind.PRODUCER, lambda key: get_producer(session, key).village_code),
    )
    for kind, place_of in places:
        for organisation_id in identity.organisations(kind):
            try:
                return place_of(organisation_id)[:COUNTY_DIGITS]
            except NotFound:
                continue
    return ""
