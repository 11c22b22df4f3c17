"""Who may begin a purchase, for whom and with which money."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.core.errors import Forbidden, NotFound
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.ordering.commands.individual import require_may_count
from marketplace.ordering.rules import PurchaseWish, may_buy_for, require_terms
from marketplace.units.queries import require_living


def require_buyer(session: Session, identity: Identity, wish: PurchaseWish, now: datetime) -> None:
    """Raises NotFound for a unit the person is no member of, Forbidden where they may not buy."""
    if not may_buy_for(identity, wish.unit_id):
        if identity.has_role(OrganisationKind.UNIT, wish.unit_id):
            raise Forbidden
        raise NotFound
    if wish.unit_id is not None:
        require_living(session, wish.unit_id)
    require_terms(wish.unit_id, wish.fund, wish.payment_terms)
    require_may_count(session, identity, wish, now)
