"""Taking a purchase back from approval, to change it and hand it in anew."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.core.errors import Forbidden
from marketplace.core.identity import Identity
from marketplace.ordering.commands.approval import close_steps
from marketplace.ordering.commands.record import note, open_purchase
from marketplace.ordering.models import Purchase
from marketplace.ordering.rules import PurchaseState, require_state


def recall(session: Session, identity: Identity, purchase_id: int, now: datetime) -> Purchase:
    """A purchase in approval, or one that was sent back, is a draft again. Nothing was reserved
    yet; whoever had agreed to it is asked again."""
    purchase, _orders = open_purchase(session, identity, purchase_id)
    if identity.person_id != purchase.buyer_id:
        raise Forbidden
    if purchase.state == PurchaseState.DRAFT:
        return purchase
    require_state(purchase.state, PurchaseState.IN_APPROVAL, PurchaseState.REJECTED)
    close_steps(session, purchase)
    purchase.state = PurchaseState.DRAFT
    purchase.submitted_at = purchase.decided_at = purchase.decided_by = None
    note(session, purchase, "RECALLED", identity, now)
    session.flush()
    return purchase
