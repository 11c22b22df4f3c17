"""In which county someone works: by their centre, their unit or their producer."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.geography.rules import COUNTY_DIGITS
from marketplace.producers.queries import get_producer
from marketplace.units.queries import get_unit
from marketplace.units.queries.units import get_centre_by_id


def county_of(session: Session, identity: Identity) -> str:
    """Six digits; empty for the public, who belong to no county."""
    for kind, code_of in _CODES:
        for organisation_id in identity.organisations(kind):
            try:
                return code_of(session, organisation_id)[:COUNTY_DIGITS]
            except NotFound:
                continue
    return ""


def _of_centre(session: Session, centre_id: int) -> str:
    return get_centre_by_id(session, centre_id).county_code


def _of_unit(session: Session, unit_id: int) -> str:
    return get_unit(session, unit_id).division_code


def _of_producer(session: Session, producer_id: int) -> str:
    return get_producer(session, producer_id).village_code


_CODES: tuple[tuple[OrganisationKind, Callable[[Session, int], str]], ...] = (
    (OrganisationKind.CENTRE, _of_centre),
    (OrganisationKind.UNIT, _of_unit),
    (OrganisationKind.PRODUCER, _of_producer),
)
