"""What a host offered before something was bought: to which session a dispute may give it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.livestream.models import LiveSession, SessionOffer


@dataclass(frozen=True)
class HeldOffer:
    """A product that a host had in a session which had begun, at the rate that was agreed."""

    offer_id: int
    session_id: int
    title: str
    started_at: datetime
    product_id: int
    rate_ppm: int


def offers_before(
    session: Session, host_id: int, product_ids: Collection[int], at: datetime
) -> list[HeldOffer]:
    """Agreed offers of these products in sessions of the host that had begun, the latest first."""
    rows = session.execute(
        select(
            SessionOffer.id,
            SessionOffer.session_id,
            LiveSession.title,
            LiveSession.started_at,
            SessionOffer.product_id,
            SessionOffer.rate_ppm,
        )
        .join(LiveSession, LiveSession.id == SessionOffer.session_id)
        .where(
            LiveSession.host_id == host_id,
            LiveSession.started_at <= at,
            SessionOffer.product_id.in_(product_ids),
            SessionOffer.state == "AGREED",
        )
        .order_by(LiveSession.started_at.desc(), SessionOffer.id.desc())
    )
    return [
        HeldOffer(offer, of_session, title, started_at, product, rate)
        for offer, of_session, title, started_at, product, rate in rows
        if started_at is not None
    ]


def has_offered(session: Session, host_id: int, product_ids: Collection[int]) -> bool:
    """Whether the host had one of the products in a session, agreed to or not."""
    wanted = (
        select(SessionOffer.id)
        .join(LiveSession, LiveSession.id == SessionOffer.session_id)
        .where(LiveSession.host_id == host_id, SessionOffer.product_id.in_(product_ids))
    )
    return session.scalar(wanted.limit(1)) is not None
