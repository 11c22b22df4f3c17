"""How a unit approves, and at which step a purchase stands."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import PERSON_NAMES, list_members, names_of
from marketplace.core.clock import day_of
from marketplace.core.identity import OrganisationKind, Role
from marketplace.ordering.models import (
    ApprovalStep,
    ApprovalSubstitute,
    Purchase,
    PurchaseStep,
)
from marketplace.ordering.queries.views import PurchaseView
from marketplace.ordering.rules import PurchaseState
from marketplace.ordering.rules.approval import OpenStep, Step, may_decide
from marketplace.units.queries import get_unit


@dataclass(frozen=True)
class StepView:
    """A step of a unit or of a purchase, with names."""

    position: int
    approver_id: int
    approver_name: str
    from_fen: int = 0
    fund: str | None = None
    decided_name: str | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True)
class SubstituteView:
    id: int
    person_id: int
    name: str
    substitute_name: str
    from_on: date
    until_on: date


def list_steps(session: Session, unit_id: int) -> list[StepView]:
    """The steps of a unit, in their order."""
    rows = session.execute(
        select(
            ApprovalStep.position,
            ApprovalStep.approver_id,
            PERSON_NAMES.c.name,
            ApprovalStep.from_fen,
            ApprovalStep.fund,
        )
        .join(PERSON_NAMES, PERSON_NAMES.c.id == ApprovalStep.approver_id)
        .where(ApprovalStep.unit_id == unit_id)
        .order_by(ApprovalStep.position)
    )
    return [StepView(*tuple(row)) for row in rows]


def plan_of(session: Session, unit_id: int) -> list[Step]:
    """The steps of a unit, as rules ask about them."""
    return [Step(one.from_fen, one.fund, one.approver_id) for one in list_steps(session, unit_id)]


def steps_of_purchase(session: Session, purchase_id: int) -> list[StepView]:
    """The steps of a purchase, decided or not."""
    decided = select(PERSON_NAMES).subquery("decided_names")
    rows = session.execute(
        select(
            PurchaseStep.position,
            PurchaseStep.approver_id,
            PERSON_NAMES.c.name,
            decided.c.name.label("decided_name"),
            PurchaseStep.decided_at,
        )
        .join(PERSON_NAMES, PERSON_NAMES.c.id == PurchaseStep.approver_id)
        .outerjoin(decided, decided.c.id == PurchaseStep.decided_by)
        .where(PurchaseStep.purchase_id == purchase_id)
        .order_by(PurchaseStep.position)
    )
    return [
        StepView(row[0], row[1], row[2], decided_name=row[3], decided_at=row[4]) for row in rows
    ]


def list_approvers(session: Session, unit_id: int) -> list[tuple[int, str]]:
    """(id, name) of a unit's approvers."""
    members = list_members(session, OrganisationKind.UNIT, unit_id, Role.APPROVER)
    return [(person.id, person.name) for person, _role in members]


def list_substitutes(session: Session, unit_id: int, today: date) -> list[SubstituteView]:
    """Who stands in for whom, today or later."""
    other = select(PERSON_NAMES).subquery("substitute_names")
    rows = session.execute(
        select(
            ApprovalSubstitute.id,
            ApprovalSubstitute.person_id,
            PERSON_NAMES.c.name,
            other.c.name.label("substitute_name"),
            ApprovalSubstitute.from_on,
            ApprovalSubstitute.until_on,
        )
        .join(PERSON_NAMES, PERSON_NAMES.c.id == ApprovalSubstitute.person_id)
        .join(other, other.c.id == ApprovalSubstitute.substitute_id)
        .where(
            ApprovalSubstitute.unit_id == unit_id,
            ApprovalSubstitute.until_on >= today,
            ApprovalSubstitute.ended_at.is_(None),
        )
        .order_by(ApprovalSubstitute.from_on, ApprovalSubstitute.id)
    )
    return [SubstituteView(*tuple(row)) for row in rows]


def approvers_of(session: Session, unit_id: int, buyer_id: int) -> set[int]:
    """Who may decide a purchase at all: not its buyer, unless the unit let go of that."""
    able = {person_id for person_id, _name in list_approvers(session, unit_id)}
    if get_unit(session, unit_id).four_eyes:
        able.discard(buyer_id)
    return able


def open_step(session: Session, purchase_id: int) -> PurchaseStep | None:
    """The step at which a purchase stands; None where it takes none."""
    return session.scalar(
        select(PurchaseStep)
        .where(PurchaseStep.purchase_id == purchase_id, PurchaseStep.decided_at.is_(None))
        .order_by(PurchaseStep.position)
        .limit(1)
    )


def list_taken(session: Session, purchase_id: int) -> Sequence[PurchaseStep]:
    """The steps that a purchase takes, in their order."""
    steps = select(PurchaseStep).where(PurchaseStep.purchase_id == purchase_id)
    return session.scalars(steps.order_by(PurchaseStep.position)).all()


def decided_by(session: Session, purchase_id: int) -> set[int]:
    """Who decided a step of a purchase."""
    steps = list_taken(session, purchase_id)
    return {step.decided_by for step in steps if step.decided_by is not None}


def _substitutes(
    session: Session, unit_ids: Collection[int], today: date
) -> dict[tuple[int, int], set[int]]:
    """(unit, approver) → who stands in for them today."""
    rows = session.scalars(
        select(ApprovalSubstitute).where(
            ApprovalSubstitute.unit_id.in_(unit_ids),
            ApprovalSubstitute.from_on <= today,
            ApprovalSubstitute.until_on >= today,
            ApprovalSubstitute.ended_at.is_(None),
        )
    )
    found: dict[tuple[int, int], set[int]] = defaultdict(set)
    for row in rows:
        found[row.unit_id, row.person_id].add(row.substitute_id)
    return found


def turns_of(session: Session, purchase_ids: Collection[int], now: datetime) -> dict[int, set[int]]:
    """Who may decide the step at which each purchase stands; purchases that take no steps are
    left out. As many statements for many as for one of a unit.

    Whoever decided a step leaves the next one to others, as long as there are any.
    """
    rows = session.execute(
        select(PurchaseStep, Purchase.unit_id, Purchase.buyer_id)
        .join(Purchase, Purchase.id == PurchaseStep.purchase_id)
        .where(PurchaseStep.purchase_id.in_(purchase_ids), Purchase.unit_id.is_not(None))
        .order_by(PurchaseStep.purchase_id, PurchaseStep.position)
    ).all()
    if not rows:
        return {}
    owners: dict[int, tuple[int, int]] = {
        step.purchase_id: (unit_id, buyer_id) for step, unit_id, buyer_id in rows if unit_id
    }
    able = {owner: approvers_of(session, *owner) for owner in set(owners.values())}
    standing_in = _substitutes(session, {unit_id for unit_id, _buyer in able}, day_of(now))
    steps: dict[int, list[PurchaseStep]] = defaultdict(list)
    for step, _unit, _buyer in rows:
        steps[step.purchase_id].append(step)
    found = {}
    for purchase_id, owner in owners.items():
        at = next((one for one in steps[purchase_id] if one.decided_at is None), None)
        if at is not None and at.opened_at is not None:
            decided = {one.decided_by for one in steps[purchase_id]}
            found[purchase_id] = may_decide(
                OpenStep(at.approver_id, at.opened_at),
                able=able[owner] - decided or able[owner],
                substitutes=standing_in[owner[0], at.approver_id],
                now=now,
            )
    return found


def whose_turn(session: Session, purchase: Purchase, now: datetime) -> set[int]:
    """Who may decide a purchase in approval now."""
    assert purchase.unit_id is not None
    turns = turns_of(session, [purchase.id], now)
    return turns.get(purchase.id) or approvers_of(session, purchase.unit_id, purchase.buyer_id)


def names_in_turn(session: Session, purchase: PurchaseView, now: datetime) -> list[str]:
    """By name, who may decide a purchase now; nobody where it is not in approval."""
    if purchase.unit_id is None or purchase.state != PurchaseState.IN_APPROVAL:
        return []
    turns = turns_of(session, [purchase.id], now)
    able = turns.get(purchase.id) or approvers_of(session, purchase.unit_id, purchase.buyer_id)
    return sorted(names_of(session, able).values())
