"""Contracts whose last day has passed end; those whose last day comes are told of."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.contracts.commands.record import end, matter_of, tell_both
from marketplace.contracts.models import FrameworkContract
from marketplace.contracts.rules.contracts import ENDS_SOON, ContractState
from marketplace.core.clock import day_of
from marketplace.core.identity import OrganisationKind, Role
from marketplace.notices.commands import Readers, tell_readers

AT_ONCE = 200


def end_due(session: Session, now: datetime) -> int:
    """Ends what is past and warns of what ends within a month, each once. How many have ended."""
    today = day_of(now)
    signed = select(FrameworkContract).where(FrameworkContract.state == ContractState.SIGNED)
    past = session.scalars(
        signed.where(FrameworkContract.valid_until < today)
        .order_by(FrameworkContract.id)
        .limit(AT_ONCE)
        .with_for_update()
    ).all()
    for contract in past:
        end(session, contract, (None, "EXPIRED", ""), now)
        tell_both(session, contract, "contract_expired", now)
    soon = session.scalars(
        signed.where(FrameworkContract.valid_until.between(today, today + ENDS_SOON))
    )
    for contract in soon:
        _warn(session, contract, now)
    session.flush()
    return len(past)


def _warn(session: Session, contract: FrameworkContract, now: datetime) -> None:
    matter = matter_of(contract, contract.valid_until.isoformat())
    office: Readers = (OrganisationKind.UNIT, contract.unit_id, (Role.BUYER, Role.FINANCE))
    producer: Readers = (OrganisationKind.PRODUCER, contract.producer_id, ())
    for readers in (office, producer):
        tell_readers(session, "contract_soon", matter, readers, now)
