"""Producers say what they pay for sales by livestream, and stop saying so."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.catalogue.queries import get_own
from marketplace.core.clock import day_of
from marketplace.core.errors import InvalidInput, NotFound, invalid
from marketplace.core.identity import Identity
from marketplace.listing.rules import is_own
from marketplace.livestream.models import CommissionPlan
from marketplace.livestream.queries.plans import standing_plans
from marketplace.livestream.rules.plans import (
    NOT_YOUR_PRODUCT,
    PlanOverlaps,
    PlanWish,
    find_overlap,
    wrong_plan,
)
from marketplace.producers.commands import lock_producer


def offer_plan(
    session: Session, identity: Identity, producer_id: int, wish: PlanWish, now: datetime
) -> CommissionPlan:
    """A plan that holds from its first day on. Raises PlanOverlaps where another stands in its
    way; two that are offered at once follow each other."""
    if not is_own(identity, producer_id):
        raise NotFound
    errors = wrong_plan(wish, day_of(now))
    if errors:
        raise InvalidInput(*errors)
    lock_producer(session, producer_id)
    _require_product(session, producer_id, wish.product_id)
    other = find_overlap(wish, standing_plans(session, producer_id))
    if other is not None:
        raise PlanOverlaps(plan_id=other.id, from_on=other.from_on, until_on=other.until_on)
    plan = CommissionPlan(
        producer_id=producer_id,
        offered_by=identity.person_id,
        offered_at=now,
        **{name: getattr(wish, name) for name in PlanWish.__dataclass_fields__},
    )
    session.add(plan)
    session.flush()
    _leave_a_trail(session, identity, plan, "plan.offered", now)
    return plan


def _require_product(session: Session, producer_id: int, product_id: int | None) -> None:
    if product_id is None:
        return
    try:
        product = get_own(session, product_id)
    except NotFound:
        raise invalid("product_id", NOT_YOUR_PRODUCT) from None
    if product.producer_id != producer_id or product.state != "PUBLISHED":
        raise invalid("product_id", NOT_YOUR_PRODUCT)


def end_plan(
    session: Session, identity: Identity, producer_id: int, plan_id: int, now: datetime
) -> CommissionPlan:
    """Ends a plan at once for what is offered from now on; what was agreed under it stays."""
    if not is_own(identity, producer_id):
        raise NotFound
    lock_producer(session, producer_id)
    plan = session.get(CommissionPlan, plan_id, populate_existing=True)
    if plan is None or plan.producer_id != producer_id:
        raise NotFound
    if plan.ended_at is None:
        plan.ended_at, plan.ended_by = now, identity.person_id
        session.flush()
        _leave_a_trail(session, identity, plan, "plan.ended", now)
    return plan


def _leave_a_trail(
    session: Session, identity: Identity, plan: CommissionPlan, action: str, now: datetime
) -> None:
    facts: dict[str, Any] = {
        "plan_id": plan.id,
        "kind": plan.kind,
        "product_id": plan.product_id,
        "host_id": plan.host_id,
        "rate_ppm": plan.rate_ppm,
        "from_on": plan.from_on.isoformat(),
        "until_on": plan.until_on.isoformat(),
    }
    record(
        session,
        now,
        actor_id=identity.person_id,
        action=action,
        object_kind="producer",
        object_id=plan.producer_id,
        before=None,
        after=facts,
    )
