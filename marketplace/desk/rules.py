"""Who may read the operations centre's desk, and who may act at it."""

from marketplace.core.identity import Identity, Role


def reads_desk(identity: Identity) -> bool:
    """Everyone in the operations centre; the auditor reads everything."""
    return identity.is_in_centre()


def confirms_payments(identity: Identity) -> bool:
    """The cashier alone says that money is there."""
    return identity.is_in_centre(Role.CASHIER)


def operates(identity: Identity) -> bool:
    """Operators agree to refunds."""
    return identity.is_in_centre(Role.OPERATOR)


def releases_batches(identity: Identity) -> bool:
    """Cash desk and operations; that it is somebody else than the maker is asked of the batch."""
    return identity.is_in_centre(Role.CASHIER, Role.OPERATOR)


def publishes(identity: Identity) -> bool:
    """Operators and certifiers put products on the shelves."""
    return identity.is_in_centre(Role.OPERATOR, Role.CERTIFIER)
