"""Who may do what with a purchase and its orders."""

from collections.abc import Sequence

from marketplace.core.errors import Forbidden
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.core.money import format_yuan
from marketplace.ordering.rules.refusals import OwnAcceptance, OwnPurchase


def may_buy_for(identity: Identity, unit_id: int | None) -> bool:
    """Retail is open to everyone who is logged in; a unit is bought for by its buyers."""
    return unit_id is None or identity.has_role(OrganisationKind.UNIT, unit_id, Role.BUYER)


def may_see(
    identity: Identity, unit_id: int | None, buyer_id: int, producers: Sequence[int]
) -> bool:
    """The buyer, the unit's office, the producers of its orders, and the operations centre."""
    office = (Role.BUYER, Role.APPROVER, Role.FINANCE, Role.ADMIN)
    return (
        identity.person_id == buyer_id
        or identity.is_in_centre()
        or (unit_id is not None and identity.has_role(OrganisationKind.UNIT, unit_id, *office))
        or any(identity.has_role(OrganisationKind.PRODUCER, producer) for producer in producers)
    )


def require_approver(
    identity: Identity, unit_id: int | None, buyer_id: int, *, four_eyes: bool
) -> None:
    """Four eyes: the approver is not the buyer, unless the unit has switched that off."""
    if unit_id is None or not identity.has_role(OrganisationKind.UNIT, unit_id, Role.APPROVER):
        raise Forbidden
    if four_eyes and identity.person_id == buyer_id:
        raise OwnPurchase


def require_producer(identity: Identity, producer_id: int) -> None:
    if not identity.has_role(OrganisationKind.PRODUCER, producer_id):
        raise Forbidden


def is_buyers_side(identity: Identity, unit_id: int | None, buyer_id: int) -> bool:
    """The buyer, and the office of the unit they bought for."""
    office = (Role.BUYER, Role.APPROVER, Role.FINANCE, Role.ADMIN)
    inside = unit_id is not None and identity.has_role(OrganisationKind.UNIT, unit_id, *office)
    return inside or identity.person_id == buyer_id


def require_receiver(identity: Identity, unit_id: int | None, buyer_id: int) -> None:
    """Goods are received and accepted by the buyer's side."""
    if not is_buyers_side(identity, unit_id, buyer_id):
        raise Forbidden


def require_acceptor(
    identity: Identity, unit_id: int | None, buyer_id: int, *, reached_fen: int | None
) -> None:
    """Like receiving; a unit's large orders are accepted by someone else than the buyer. What is
    reached is the limit of the county; None where the order is smaller."""
    require_receiver(identity, unit_id, buyer_id)
    if reached_fen is not None and unit_id is not None and identity.person_id == buyer_id:
        raise OwnAcceptance(limit=format_yuan(reached_fen))
