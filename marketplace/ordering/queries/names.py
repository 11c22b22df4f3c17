"""Orders with the names of both sides, as lists show them."""

from typing import Any

from sqlalchemy import Select, func

from marketplace.accounts.queries import PERSON_NAMES
from marketplace.ordering.models import Order
from marketplace.producers.queries import PRODUCER_NAMES
from marketplace.units.queries import UNIT_NAMES

PRODUCER_NAME = PRODUCER_NAMES.c.name
# The unit, or the person where it is a private purchase.
BUYER_NAME = func.coalesce(UNIT_NAMES.c.name, PERSON_NAMES.c.name)


def with_names(wanted: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Joins what the names above need to a query of orders."""
    return (
        wanted.join(PRODUCER_NAMES, PRODUCER_NAMES.c.id == Order.producer_id)
        .join(PERSON_NAMES, PERSON_NAMES.c.id == Order.buyer_id)
        .join(UNIT_NAMES, UNIT_NAMES.c.id == Order.unit_id, isouter=True)
    )
