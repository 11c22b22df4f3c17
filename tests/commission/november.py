"""A sale of November with host, agency and another host, for tests of pages and the API."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.ordering.models import Order
from tests.commission.road import sold_by_link
from tests.commission.settling import agency, has_account, host
from tests.county import County, person
from tests.livestream.sessions import Held, a_host, an_agency, hold_session


@dataclass(frozen=True)
class Sold:
    """Sixty packs at half of their price, by a host whose agency gets thirty per cent of it."""

    first: Held
    second: Held
    agency_id: int
    clerk: Identity
    order: Order
    number: str


def sold_in_november(session: Session, county: County) -> Sold:
    first = hold_session(session, county, county.mushrooms, rate_ppm=500_000)
    other = a_host(session, "SHANHUO", "second-host@test")
    second = hold_session(session, county, county.mushrooms, host=other)
    agency_id = an_agency(session, first.host_id, 300_000)
    for payee in (host(first.host_id), agency(agency_id)):
        has_account(session, payee)
    clerk = person(session, "agent@test", (OrganisationKind.AGENCY, agency_id, Role.CLERK))
    _purchase, (order,) = sold_by_link(session, county, first, (county.mushrooms, 60))
    session.commit()
    return Sold(first, second, agency_id, clerk, order, order.number)
