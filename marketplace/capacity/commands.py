"""A producer declares what a workshop can make; somebody in the centre confirms it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.capacity.models import WorkshopCapacity
from marketplace.capacity.rules import (
    CapacityDecided,
    CapacityState,
    DeclaredCapacity,
    OwnCapacity,
    wrong_capacity,
)
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.ordering.rules import require_reason
from marketplace.producers.commands import lock_producer
from marketplace.producers.queries.workshops import WORKSHOP_PLACES, workshops_of
from marketplace.producers.rules import require_no_stake


def declare(
    session: Session,
    identity: Identity,
    place: tuple[int, int],
    declared: DeclaredCapacity,
    now: datetime,
) -> WorkshopCapacity:
    """What a workshop of the person's own producer can make. Raises NotFound, InvalidInput.

    `place` is the producer and the workshop. The same declaration while it waits is the same.
    """
    producer_id, workshop_id = place
    if not identity.has_role(OrganisationKind.PRODUCER, producer_id):
        raise NotFound
    if workshop_id not in {one.id for one in workshops_of(session, producer_id)}:
        raise NotFound
    errors = wrong_capacity(declared)
    if errors:
        raise InvalidInput(*errors)
    # A second click may come at the same instant.
    lock_producer(session, producer_id)
    waiting = _waiting(session, workshop_id, declared)
    if waiting is not None:
        return waiting
    capacity = WorkshopCapacity(
        workshop_id=workshop_id,
        period=declared.period,
        measure=declared.measure,
        amount=declared.amount,
        state=CapacityState.DECLARED,
        declared_by=identity.person_id,
        declared_at=now,
    )
    session.add(capacity)
    session.flush()
    _record(session, identity, capacity, now)
    return capacity


def _waiting(
    session: Session, workshop_id: int, declared: DeclaredCapacity
) -> WorkshopCapacity | None:
    same = select(WorkshopCapacity).filter_by(
        workshop_id=workshop_id, state=CapacityState.DECLARED, **vars(declared)
    )
    return session.scalars(same.limit(1)).first()


def confirm_capacity(
    session: Session, identity: Identity, capacity_id: int, now: datetime
) -> WorkshopCapacity:
    """The centre has looked at it: from now on it holds."""
    return _decide(session, identity, capacity_id, (CapacityState.CONFIRMED, ""), now)


def refuse_capacity(
    session: Session, identity: Identity, capacity_id: int, reason: str, now: datetime
) -> WorkshopCapacity:
    """The centre does not believe it, and says why."""
    words = require_reason(reason)
    return _decide(session, identity, capacity_id, (CapacityState.REFUSED, words), now)


def _decide(
    session: Session,
    identity: Identity,
    capacity_id: int,
    decision: tuple[CapacityState, str],
    now: datetime,
) -> WorkshopCapacity:
    if not identity.is_in_centre(Role.OPERATOR):
        raise Forbidden
    capacity = session.get(
        WorkshopCapacity, capacity_id, with_for_update=True, populate_existing=True
    )
    if capacity is None:
        raise NotFound
    state, words = decision
    if capacity.state == state and capacity.decided_by == identity.person_id:
        return capacity
    if capacity.state != CapacityState.DECLARED:
        raise CapacityDecided
    if capacity.declared_by == identity.person_id:
        raise OwnCapacity
    _require_no_stake(session, identity, capacity)
    capacity.state, capacity.reason = state, words[:200]
    capacity.decided_by, capacity.decided_at = identity.person_id, now
    session.flush()
    _record(session, identity, capacity, now)
    return capacity


def _require_no_stake(session: Session, identity: Identity, capacity: WorkshopCapacity) -> None:
    place = WORKSHOP_PLACES.c.id == capacity.workshop_id
    require_no_stake(
        identity, session.scalars(select(WORKSHOP_PLACES.c.producer_id).where(place)).one()
    )


def _record(
    session: Session, identity: Identity, capacity: WorkshopCapacity, now: datetime
) -> None:
    record(
        session,
        now,
        actor_id=identity.person_id,
        action=f"capacity.{capacity.state.lower()}",
        object_kind="workshop",
        object_id=capacity.workshop_id,
        before=None,
        after={
            "period": capacity.period,
            "measure": capacity.measure,
            "amount": capacity.amount,
            "reason": capacity.reason,
        },
    )
