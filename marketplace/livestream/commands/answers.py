"""Producers answer what hosts propose."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.queries import list_names
from marketplace.core.clock import day_of
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.listing.rules import is_own
from marketplace.livestream.commands.steps import lock_session, note, require_state
from marketplace.livestream.commands.tell import tell_host
from marketplace.livestream.models import LiveSession, SessionOffer
from marketplace.livestream.queries.plans import best_plans
from marketplace.livestream.rules.plans import ExclusiveElsewhere
from marketplace.livestream.rules.sessions import Kind, OfferAnswered, OfferState, SessionState
from marketplace.producers.commands import lock_producer


def agree_to_offer(
    session: Session, identity: Identity, subject: tuple[int, int], now: datetime
) -> SessionOffer:
    """The producer pays what the host asks, for this session (producer, offer)."""
    live, offer = _lock(session, identity, subject)
    if offer.state != OfferState.AGREED:
        _require_open(live, offer)
        _require_free(session, live, offer)
        _answer(session, identity, offer, OfferState.AGREED, now)
        _note(session, identity, (live, offer), "", now)
    return offer


def refuse_offer(
    session: Session, identity: Identity, subject: tuple[int, int], reason: str, now: datetime
) -> SessionOffer:
    """The producer does not, and says why (producer, offer)."""
    live, offer = _lock(session, identity, subject)
    if offer.state != OfferState.REFUSED:
        _require_open(live, offer)
        _answer(session, identity, offer, OfferState.REFUSED, now)
        _note(session, identity, (live, offer), reason, now)
    return offer


def _lock(
    session: Session, identity: Identity, subject: tuple[int, int]
) -> tuple[LiveSession, SessionOffer]:
    producer_id, offer_id = subject
    if not is_own(identity, producer_id):
        raise NotFound
    known = session.execute(
        select(SessionOffer.session_id).where(
            SessionOffer.id == offer_id, SessionOffer.producer_id == producer_id
        )
    ).scalar()
    if known is None:
        raise NotFound
    live = lock_session(session, known)
    lock_producer(session, producer_id)
    offer = session.get(SessionOffer, offer_id, populate_existing=True)
    if offer is None:
        raise NotFound
    return live, offer


def _require_open(live: LiveSession, offer: SessionOffer) -> None:
    require_state(live, SessionState.PLANNED, SessionState.LIVE)
    if offer.state != OfferState.PROPOSED:
        raise OfferAnswered


def _require_free(session: Session, live: LiveSession, offer: SessionOffer) -> None:
    """What was promised to one host alone is not given to another meanwhile."""
    producers = {offer.product_id: offer.producer_id}
    day = day_of(live.starts_at)
    if best_plans(session, live.host_id, producers, day)[offer.product_id].is_elsewhere:
        names = list_names(session, [offer.product_id])
        raise ExclusiveElsewhere(product=names[offer.product_id].name)


def _answer(
    session: Session, identity: Identity, offer: SessionOffer, state: str, now: datetime
) -> None:
    offer.state = state
    offer.answered_by, offer.answered_at = identity.person_id, now
    session.flush()


def _note(
    session: Session,
    identity: Identity,
    subject: tuple[LiveSession, SessionOffer],
    reason: str,
    now: datetime,
) -> None:
    live, offer = subject
    name = list_names(session, [offer.product_id])[offer.product_id].name
    facts = {
        "product_id": offer.product_id,
        "name": name,
        "rate_ppm": offer.rate_ppm,
        "agreement": offer.state,
    }
    made = note(session, live, (Kind.ANSWERED, reason, facts), now, actor_id=identity.person_id)
    event = "offer_agreed" if offer.state == OfferState.AGREED else "offer_refused"
    tell_host(session, live, (event, name, made.id), now)
