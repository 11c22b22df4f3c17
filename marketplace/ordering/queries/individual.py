"""Which units an individual's own purchase may count for."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.identity import Identity, OrganisationKind
from marketplace.ordering.models import Order
from marketplace.ordering.rules import Fund
from marketplace.quota.queries import rules_in_force
from marketplace.units.queries import find_units


def counting_units(session: Session, identity: Identity, today: date) -> dict[int, str]:
    """(id → name) of the units that a person belongs to and where a rule of the year lists
    what individuals buy."""
    units = find_units(session, *identity.organisations(OrganisationKind.UNIT))
    return {
        unit.id: unit.name
        for unit in units
        if any(
            Fund.INDIVIDUAL in rule.funds
            for rule in rules_in_force(session, today.year, unit.division_code)
        )
    }


def private_orders(session: Session, order_ids: Collection[int]) -> set[int]:
    """Those of the orders that somebody bought for themselves: no office learns who."""
    private = select(Order.id).where(Order.id.in_(order_ids), Order.unit_id.is_(None))
    return set(session.scalars(private))
