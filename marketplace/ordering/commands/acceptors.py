"""Who accepts an order: above what its county has set, not whoever bought."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.administration.queries import setting
from marketplace.administration.rules.settings import Name
from marketplace.core.identity import Identity
from marketplace.geography.rules import county_of
from marketplace.ordering.models import Order, Purchase
from marketplace.ordering.rules import require_acceptor
from marketplace.units.queries import get_unit


def hold_to_acceptor(
    session: Session, identity: Identity, purchase: Purchase, order: Order, now: datetime
) -> None:
    """Raises Forbidden, OwnAcceptance. The setting is the one that holds when it is accepted."""
    reached_fen = None
    if purchase.unit_id is not None and identity.person_id == purchase.buyer_id:
        county = county_of(get_unit(session, purchase.unit_id).division_code)
        limit_fen = setting(session, county, Name.ACCEPTANCE_BY_ANOTHER_FEN, now)
        reached_fen = limit_fen if order.goods_fen >= limit_fen else None
    require_acceptor(identity, purchase.unit_id, purchase.buyer_id, reached_fen=reached_fen)
