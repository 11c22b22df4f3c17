"""Who is told of a session: producers with goods in it, its host, the county."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.identity import OrganisationKind, Role
from marketplace.livestream.models import LiveSession, SessionOffer
from marketplace.livestream.queries.record import last_entry_id
from marketplace.notices.commands import Matter, tell_readers
from marketplace.units.queries import find_centre_over


def tell_producer(
    session: Session, offer: SessionOffer, what: tuple[str, int], now: datetime
) -> None:
    """A host asks for more commission than any plan gives, or where there is none (name, entry).
    The entry tells two proposals apart: the number of an offer that was taken out is given anew."""
    name, entry_id = what
    address = f"/producer/{offer.producer_id}/offers"
    matter = Matter("session_offer", offer.id, {"number": name}, address, str(entry_id))
    readers = (OrganisationKind.PRODUCER, offer.producer_id, (Role.CLERK,))
    tell_readers(session, "offer_proposed", matter, readers, now)


def tell_producers(session: Session, live: LiveSession, now: datetime) -> None:
    """A session is called off for which they have stock ready."""
    offering = select(SessionOffer.producer_id).where(SessionOffer.session_id == live.id)
    for producer_id in session.scalars(offering.distinct().order_by(SessionOffer.producer_id)):
        address = f"/producer/{producer_id}/offers"
        matter = Matter("live_session", live.id, {"number": live.title}, address, str(producer_id))
        readers = (OrganisationKind.PRODUCER, producer_id, (Role.CLERK,))
        tell_readers(session, "session_cancelled", matter, readers, now)


def tell_host(
    session: Session, live: LiveSession, what: tuple[str, str, int], now: datetime
) -> None:
    """What became of what the host asked (event, name, entry)."""
    event, name, entry_id = what
    address = f"/host/sessions/{live.id}"
    matter = Matter("live_session", live.id, {"number": name}, address, str(entry_id))
    tell_readers(session, event, matter, (OrganisationKind.HOST, live.host_id, (Role.HOST,)), now)


def tell_county(session: Session, live: LiveSession, now: datetime) -> None:
    """A session waits to be looked at, or to be looked at again."""
    centre = find_centre_over(session, live.county_code)
    if centre is not None:
        address, once = f"/desk/sessions/{live.id}", str(last_entry_id(session, live.id))
        matter = Matter("live_session", live.id, {"number": live.title}, address, once)
        readers = (OrganisationKind.CENTRE, centre.id, (Role.OPERATOR,))
        tell_readers(session, "session_waiting", matter, readers, now)
