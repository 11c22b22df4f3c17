"""Who may begin a purchase, for whom and with which money."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.contractors.queries import mandated_contractor
from marketplace.contractors.rules import (
    CANTEEN_ONLY,
    FUND,
    ContractorNamesUnit,
    NoMandate,
    contractors_of,
)
from marketplace.core.clock import day_of
from marketplace.core.errors import Forbidden, NotFound, invalid
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.ordering.commands.individual import require_may_count
from marketplace.ordering.rules import PurchaseWish, may_buy_for, require_terms
from marketplace.units.queries import require_living


def require_buyer(
    session: Session, identity: Identity, wish: PurchaseWish, now: datetime
) -> int | None:
    """Raises NotFound for a unit the person is no member of, Forbidden where they may not buy.

    Returns the contractor in whose name they buy, if they do.
    """
    contractor_id = contractor_for(session, identity, (wish.unit_id, wish.fund), now)
    if contractor_id is None and not may_buy_for(identity, wish.unit_id):
        if identity.has_role(OrganisationKind.UNIT, wish.unit_id):
            raise Forbidden
        raise NotFound
    if wish.unit_id is not None:
        require_living(session, wish.unit_id)
    require_terms(wish.unit_id, wish.fund, wish.payment_terms)
    require_may_count(session, identity, wish, now)
    return contractor_id


def contractor_for(
    session: Session, identity: Identity, wanted: tuple[int | None, str], now: datetime
) -> int | None:
    """The contractor whose person this is, where its mandate covers the purchase (unit, fund);
    None for everyone else. Every order of a contractor names one unit, and one alone."""
    unit_id, fund = wanted
    if not contractors_of(identity):
        return None
    if unit_id is None:
        raise ContractorNamesUnit
    if identity.has_role(OrganisationKind.UNIT, unit_id, Role.BUYER):
        return None
    contractor_id = mandated_contractor(session, identity, unit_id, day_of(now))
    if contractor_id is None:
        raise NoMandate
    if fund != FUND:
        raise invalid("fund", CANTEEN_ONLY)
    return contractor_id
