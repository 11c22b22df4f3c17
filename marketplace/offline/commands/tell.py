"""Telling whose turn it is with an offline purchase, and whoever filed it what became of it."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.queries import member_ids
from marketplace.core.identity import OrganisationKind, Role
from marketplace.notices.commands import Matter, tell_each, tell_readers
from marketplace.offline.models import OfflinePurchase
from marketplace.offline.rules import OfflineState
from marketplace.units.queries import find_centre_over, get_unit


def tell(session: Session, purchase: OfflinePurchase, now: datetime) -> None:
    """After each step: those who look next and do not work for the seller, or the one who filed
    it."""
    event, address = f"offline_{purchase.state.lower()}", f"/offline/{purchase.id}"
    # It may come back and be filed again: each time is told of.
    once, params = now.isoformat(), {"number": purchase.number}
    matter = Matter("offline_purchase", purchase.id, params, address, once)
    if purchase.state == OfflineState.FILED:
        office = (OrganisationKind.UNIT, purchase.unit_id, (Role.APPROVER, Role.FINANCE))
        tell_readers(session, event, matter, office, now, but=[purchase.filed_by])
    elif purchase.state == OfflineState.CHECKED:
        centre = find_centre_over(session, get_unit(session, purchase.unit_id).division_code)
        if centre is not None:
            desk = (OrganisationKind.CENTRE, centre.id, (Role.OPERATOR,))
            own = member_ids(session, OrganisationKind.PRODUCER, purchase.producer_id)
            tell_readers(session, event, matter, desk, now, but=own)
    else:
        tell_each(session, event, matter, [purchase.filed_by], now)
