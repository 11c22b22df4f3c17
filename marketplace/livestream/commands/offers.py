"""Which products a session offers, for which commission, in which order, with which words."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.core.errors import N_, NotFound, invalid
from marketplace.core.identity import Identity
from marketplace.hosts.queries import get_host
from marketplace.livestream.commands.links import make_link
from marketplace.livestream.commands.steps import lock_own, note, require_active, require_state
from marketplace.livestream.commands.tell import tell_county, tell_producer
from marketplace.livestream.models import (
    Click,
    LinkTotal,
    LiveSession,
    SessionOffer,
    ShortLink,
)
from marketplace.livestream.queries.plans import Choice, find_choice
from marketplace.livestream.rules.plans import MOST_RATE_PPM, NOT_A_RATE, ExclusiveElsewhere
from marketplace.livestream.rules.sessions import (
    MOST_OFFERS,
    Check,
    Kind,
    OfferDouble,
    OfferState,
    OfferWish,
    SessionState,
    Talk,
    TooManyOffers,
)
from marketplace.producers.commands import lock_producer

NOT_ON_SALE = N_("没有这件在售的商品,请重新搜索后选择。")


def add_offer(
    session: Session,
    identity: Identity,
    session_id: int,
    wish: OfferWish,
    *,
    key: str,
    now: datetime,
) -> SessionOffer:
    """Adds a product with its link. What a plan allows is agreed at once; anything else is
    proposed to the producer."""
    live = _lock_planned(session, identity, session_id)
    require_active(get_host(session, live.host_id).suspended_at)
    choice = _choose(session, live, wish)
    offer = SessionOffer(
        session_id=live.id,
        product_id=choice.product_id,
        producer_id=choice.producer_id,
        position=_next_position(session, live, choice),
        rate_ppm=wish.rate_ppm,
        **_agreement(choice, wish.rate_ppm),
        **vars(wish.talk),
    )
    session.add(offer)
    session.flush()
    make_link(session, live, offer, key, now)
    facts = {"product_id": offer.product_id, "name": choice.name, "rate_ppm": offer.rate_ppm}
    _look_again(session, live, now)
    made = note(session, live, (Kind.OFFERED, "", facts), now, actor_id=identity.person_id)
    if offer.state == OfferState.PROPOSED:
        tell_producer(session, offer, (choice.name, made.id), now)
    return offer


def _choose(session: Session, live: LiveSession, wish: OfferWish) -> Choice:
    if not 0 < wish.rate_ppm <= MOST_RATE_PPM:
        raise invalid("rate", NOT_A_RATE)
    seller = (live.host_id, day_of(live.starts_at))
    choice = find_choice(session, wish.product_id, seller)
    if choice is None:
        raise invalid("product_id", NOT_ON_SALE)
    # The producer's plans stand still while they are relied upon.
    lock_producer(session, choice.producer_id)
    choice = find_choice(session, wish.product_id, seller) or choice
    if choice.best.is_elsewhere:
        raise ExclusiveElsewhere(product=choice.name)
    return choice


def _agreement(choice: Choice, rate_ppm: int) -> dict[str, str | int | None]:
    plan = choice.best.plan
    if plan is not None and rate_ppm <= plan.rate_ppm:
        return {"state": OfferState.AGREED, "plan_id": plan.id}
    return {"state": OfferState.PROPOSED, "plan_id": None}


def _next_position(session: Session, live: LiveSession, choice: Choice) -> int:
    rows = session.execute(
        select(SessionOffer.product_id, SessionOffer.position).where(
            SessionOffer.session_id == live.id
        )
    ).all()
    if any(row.product_id == choice.product_id for row in rows):
        raise OfferDouble(product=choice.name)
    if len(rows) >= MOST_OFFERS:
        raise TooManyOffers
    return max((row.position for row in rows), default=0) + 1


def change_talk(
    session: Session, identity: Identity, offer_id: int, talk: Talk, now: datetime
) -> SessionOffer:
    """Other words, minutes or limit for a product; the commission stays as it was agreed."""
    live, offer = _lock_offer(session, identity, offer_id)
    before = Talk(offer.limit_per_person, offer.minutes, offer.script)
    if talk == before:
        return offer
    offer.limit_per_person, offer.minutes = talk.limit_per_person, talk.minutes
    offer.script = talk.script
    _look_again(session, live, now)
    facts = {"product_id": offer.product_id, "before": vars(before), "after": vars(talk)}
    note(session, live, (Kind.CHANGED, "", facts), now, actor_id=identity.person_id)
    return offer


def remove_offer(session: Session, identity: Identity, offer_id: int, now: datetime) -> LiveSession:
    """Takes a product out of a session that has not started, with its link and the clicks it
    had: nothing was earned by it, and the record says that it was there."""
    live, offer = _lock_offer(session, identity, offer_id)
    link_id = session.scalar(
        select(ShortLink.id).where(ShortLink.offer_id == offer.id).with_for_update()
    )
    for table in (Click, LinkTotal):
        session.execute(delete(table).where(table.link_id == link_id))
    session.execute(delete(ShortLink).where(ShortLink.id == link_id))
    facts = {"product_id": offer.product_id, "rate_ppm": offer.rate_ppm}
    session.delete(offer)
    session.flush()
    note(session, live, (Kind.REMOVED, "", facts), now, actor_id=identity.person_id)
    return live


def move_offer(session: Session, identity: Identity, offer_id: int, places: int) -> LiveSession:
    """Moves a product up (-1) or down (1) in the run sheet; at its end nothing changes."""
    live, offer = _lock_offer(session, identity, offer_id)
    order = list(
        session.scalars(
            select(SessionOffer)
            .where(SessionOffer.session_id == live.id)
            .order_by(SessionOffer.position, SessionOffer.id)
        )
    )
    at = order.index(offer)
    to = min(max(at + places, 0), len(order) - 1)
    order.insert(to, order.pop(at))
    for position, one in enumerate(order, 1):
        one.position = position
    session.flush()
    return live


def _lock_planned(session: Session, identity: Identity, session_id: int) -> LiveSession:
    live = lock_own(session, identity, session_id)
    require_state(live, SessionState.PLANNED)
    return live


def _lock_offer(
    session: Session, identity: Identity, offer_id: int
) -> tuple[LiveSession, SessionOffer]:
    """An offer with its session, which is planned and one's own."""
    session_id = session.scalar(select(SessionOffer.session_id).where(SessionOffer.id == offer_id))
    if session_id is None:
        raise NotFound
    live = _lock_planned(session, identity, session_id)
    offer = session.get(SessionOffer, offer_id, populate_existing=True)
    if offer is None:
        raise NotFound
    return live, offer


def _look_again(session: Session, live: LiveSession, now: datetime) -> None:
    """What the county has looked at is no longer what will be held."""
    if live.check_state in (Check.PASSED, Check.REFUSED):
        live.check_state = Check.WAITING
        tell_county(session, live, now)
    session.flush()
