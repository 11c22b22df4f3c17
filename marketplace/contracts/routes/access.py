"""Who opens the rooms of contracts; which contract is asked of each page."""

from marketplace.contracts.rules.contracts import OFFICE
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.web import current_identity


def deals_in_contracts(identity: Identity) -> bool:
    """Offices of units, producers and the operations centre."""
    unit = identity.organisations(OrganisationKind.UNIT, *OFFICE)
    producer = identity.organisations(OrganisationKind.PRODUCER)
    return bool(unit or producer) or identity.is_in_centre()


def in_centre(identity: Identity) -> bool:
    return identity.is_in_centre()


def require_office(unit_id: int) -> Identity:
    """Raises NotFound for whoever is neither of the unit's office nor of the centre."""
    identity = current_identity()
    if not identity.is_in_centre() and not identity.has_role("UNIT", unit_id, *OFFICE):
        raise NotFound
    return identity


def require_producer(producer_id: int) -> Identity:
    """Raises NotFound for whoever neither works for the producer nor in the centre."""
    identity = current_identity()
    if not identity.is_in_centre() and not identity.has_role("PRODUCER", producer_id):
        raise NotFound
    return identity
