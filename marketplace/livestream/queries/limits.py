"""What a livestream that is on allows one person to buy."""

from collections.abc import Collection, Mapping

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session

from marketplace.livestream.models import LiveSession, OfferTaken, SessionOffer
from marketplace.livestream.rules.limits import PersonLimit

_LIVE = (LiveSession.state == "LIVE", SessionOffer.limit_per_person.is_not(None))

# Written once: a statement that is kept costs a third of one that is built for each page.
_LEAST = (
    select(func.min(SessionOffer.limit_per_person))
    .join(LiveSession, LiveSession.id == SessionOffer.session_id)
    .where(SessionOffer.product_id == bindparam("product"), *_LIVE)
)
_TAKEN = and_(OfferTaken.offer_id == SessionOffer.id, OfferTaken.person_id == bindparam("person"))
_LIMITS = (
    select(
        SessionOffer.product_id,
        SessionOffer.limit_per_person,
        func.coalesce(OfferTaken.packs, 0),
    )
    .join(LiveSession, LiveSession.id == SessionOffer.session_id)
    .join(OfferTaken, _TAKEN, isouter=True)
    .where(SessionOffer.product_id.in_(bindparam("products", expanding=True)), *_LIVE)
)


def limit_of(session: Session, product_id: int) -> int | None:
    """How many packs of a product one person may buy now; None where no session limits it."""
    return session.scalar(_LEAST, {"product": product_id})


def limits_for(
    session: Session, person_id: int, product_ids: Collection[int]
) -> Mapping[int, PersonLimit]:
    """The limit that leaves a person least, by product; products without one are left out."""
    rows = session.execute(_LIMITS, {"person": person_id, "products": list(product_ids)})
    limits: dict[int, PersonLimit] = {}
    for product_id, most, taken in rows:
        limit = PersonLimit(most or 0, taken)
        known = limits.get(product_id)
        if known is None or limit.left < known.left:
            limits[product_id] = limit
    return limits
