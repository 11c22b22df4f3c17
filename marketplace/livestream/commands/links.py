"""The short link of an offer: made with it, so that posters can be printed before the session."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.core.ids import new_code
from marketplace.livestream.models import LiveSession, SessionOffer, ShortLink
from marketplace.livestream.rules.links import BODY, sign


def make_link(
    session: Session, live: LiveSession, offer: SessionOffer, key: str, now: datetime
) -> ShortLink:
    """A link that leads to the offer's product. Only who knows the key could have made it."""
    # The signature stands in for the check character, which is therefore left out.
    body = new_code(BODY + 1)[:BODY]
    link = ShortLink(
        code=sign(body, key),
        offer_id=offer.id,
        session_id=live.id,
        product_id=offer.product_id,
        created_at=now,
    )
    session.add(link)
    session.flush()
    return link
