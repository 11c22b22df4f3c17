"""The life of a dispute: asked once, then granted, refused or withdrawn. Each step is kept."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.commission.models import CommissionDispute, DisputeStep
from marketplace.commission.rules.disputes import DisputeAsked, DisputeEnded, DisputeState
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.hosts.commands.locks import lock_host


def ask_dispute(
    session: Session,
    identity: Identity,
    about: tuple[int, int],
    words: str,
    now: datetime,
) -> CommissionDispute:
    """A host (id) says something about an order (id). One that waits is not asked twice."""
    host_id, order_id = about
    # Two who ask at once follow each other at the host.
    lock_host(session, host_id)
    open_for = f"{host_id}:{order_id}"
    waiting = select(CommissionDispute.id).where(CommissionDispute.open_for == open_for)
    if session.scalar(waiting) is not None:
        raise DisputeAsked
    dispute = CommissionDispute(
        host_id=host_id,
        order_id=order_id,
        open_for=open_for,
        state=DisputeState.OPEN,
        asked_by=identity.person_id,
        asked_at=now,
        words=words,
    )
    session.add(dispute)
    session.flush()
    _step(session, dispute, "ASKED", (identity, words), now)
    return dispute


def lock_dispute(session: Session, dispute_id: int) -> CommissionDispute:
    """The dispute, held until this transaction ends. Raises NotFound."""
    dispute = session.scalar(
        select(CommissionDispute)
        .where(CommissionDispute.id == dispute_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if dispute is None:
        raise NotFound
    return dispute


def require_open(dispute: CommissionDispute) -> None:
    if dispute.state != DisputeState.OPEN:
        raise DisputeEnded


def end_dispute(
    session: Session,
    identity: Identity,
    dispute: CommissionDispute,
    outcome: tuple[str, str],
    now: datetime,
) -> None:
    """Ends it in a state, with the words that say why."""
    state, words = outcome
    dispute.state, dispute.open_for = state, None
    dispute.answer = words
    dispute.decided_at = now
    # Whoever takes their own back has decided nothing.
    dispute.decided_by = None if state == DisputeState.WITHDRAWN else identity.person_id
    session.flush()
    _step(session, dispute, state, (identity, words), now)


def _step(
    session: Session,
    dispute: CommissionDispute,
    kind: str,
    said: tuple[Identity, str],
    now: datetime,
) -> None:
    identity, words = said
    session.add(
        DisputeStep(
            dispute_id=dispute.id, kind=kind, at=now, actor_id=identity.person_id, words=words
        )
    )
    session.flush()
