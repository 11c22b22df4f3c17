"""What every page carries for whoever is logged in: basket, quota in sight, work waiting."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.ordering.queries import (
    OrderFilter,
    count_basket,
    count_tabs,
    list_to_approve,
)
from marketplace.reports.queries.unit import UnitYear

OFFICE = (Role.BUYER, Role.APPROVER, Role.FINANCE)


@dataclass(frozen=True)
class QuotaBar:
    """The bar that is always in sight of those who work for a unit."""

    unit_id: int
    label: str
    target_fen: int
    counted_fen: int
    waiting_fen: int
    gap_fen: int
    days_left: int
    on_course: bool

    def without(self, amount_fen: int) -> "QuotaBar":
        """The bar as it was before a purchase that waits already."""
        return replace(self, waiting_fen=max(0, self.waiting_fen - amount_fen))


@dataclass(frozen=True)
class Waiting:
    """How much waits for this person: by unit to approve, by producer to confirm."""

    to_approve: int
    to_confirm: dict[int, int]


def unit_in_sight(identity: Identity) -> int | None:
    """The unit this person works for, whose quota is on every page of theirs."""
    units = identity.organisations(OrganisationKind.UNIT, *OFFICE)
    return units[0] if units else None


def quota_bar(unit: UnitYear) -> QuotaBar | None:
    """A unit's year in one line, or None where no rule asks anything of it."""
    if unit.main is None:
        return None
    rule = unit.main
    return QuotaBar(
        unit_id=unit.unit_id,
        label=unit.name,
        target_fen=rule.target_fen,
        counted_fen=rule.counted_fen,
        waiting_fen=rule.waiting_fen,
        gap_fen=rule.gap_fen,
        days_left=rule.days_left,
        on_course=rule.on_course,
    )


def count_waiting(session: Session, identity: Identity, now: datetime) -> Waiting:
    """What waits for this person; asks the database only about roles that they hold."""
    approves = identity.organisations(OrganisationKind.UNIT, Role.APPROVER)
    producers = identity.organisations(OrganisationKind.PRODUCER)
    return Waiting(
        to_approve=len(list_to_approve(session, identity, now)) if approves else 0,
        to_confirm={
            producer_id: count_tabs(session, identity, OrderFilter(producer_id=producer_id))[
                "to_confirm"
            ]
            for producer_id in producers[:3]
        },
    )


def count_lines(session: Session, identity: Identity) -> int:
    """How many lines lie in the person's basket."""
    return count_basket(session, identity.person_id)
