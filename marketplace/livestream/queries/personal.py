"""What sessions hold about somebody who bought in them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.personal import PersonalData, rows_of
from marketplace.livestream.models import OfferTaken


def personal_data(session: Session, person_id: int) -> PersonalData:
    """Packs of limited offers. Clicks name nobody."""
    wanted = select(OfferTaken.offer_id, OfferTaken.packs)
    return {"limited_offers": rows_of(session, wanted.where(OfferTaken.person_id == person_id))}
