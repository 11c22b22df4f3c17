"""Finding a contract, locking it, and writing down and telling what was done with it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.contracts.models import ContractStep, FrameworkContract
from marketplace.contracts.queries.contracts import may_see
from marketplace.contracts.rules.contracts import (
    OFFICE,
    ContractState,
    Side,
    writes_for,
)
from marketplace.contracts.rules.refusals import ContractWrongState
from marketplace.core.errors import Forbidden, NotFound
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.notices.commands import Matter, Readers, tell_readers

Deed = tuple[Identity | None, str, str]


def open_contract(session: Session, identity: Identity, contract_id: int) -> FrameworkContract:
    """The contract, locked. Raises NotFound for whoever may not see it."""
    contract = session.scalar(
        select(FrameworkContract)
        .where(FrameworkContract.id == contract_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if contract is None or not may_see(session, identity, contract):
        raise NotFound
    return contract


def require_state(contract: FrameworkContract, *allowed: ContractState) -> None:
    if contract.state not in allowed:
        raise ContractWrongState


def require_writer(identity: Identity, contract: FrameworkContract) -> None:
    own = contract.unit_id if contract.side == Side.UNIT else contract.producer_id
    if not writes_for(identity, contract.side, own):
        raise Forbidden


def require_party(identity: Identity, contract: FrameworkContract) -> None:
    """The office of the unit, and the producer's people; the centre only looks."""
    unit = identity.has_role(OrganisationKind.UNIT, contract.unit_id, *OFFICE)
    if not unit and not identity.has_role(OrganisationKind.PRODUCER, contract.producer_id):
        raise Forbidden


def end(session: Session, contract: FrameworkContract, deed: Deed, now: datetime) -> None:
    contract.state = ContractState.ENDED
    contract.ended_at, contract.end_reason = now, deed[2]
    step(session, contract, deed, now)


def step(session: Session, contract: FrameworkContract, deed: Deed, now: datetime) -> None:
    """Writes down what was done, in the contract's own history and in the trail."""
    actor, kind, words = deed
    actor_id = actor.person_id if actor else None
    session.add(
        ContractStep(contract_id=contract.id, at=now, actor_id=actor_id, kind=kind, words=words)
    )
    session.flush()
    record(
        session,
        now,
        actor_id=actor_id,
        action=f"contract.{kind.lower()}",
        object_kind="framework_contract",
        object_id=contract.id,
        before=None,
        after={"state": contract.state, "total_fen": contract.total_fen},
    )


def tell_unit(
    session: Session,
    contract: FrameworkContract,
    event: str,
    roles: tuple[str, ...],
    now: datetime,
) -> None:
    readers = (OrganisationKind.UNIT, contract.unit_id, roles)
    tell_readers(session, event, matter_of(contract, now.isoformat()), readers, now)


def tell_producer(session: Session, contract: FrameworkContract, event: str, now: datetime) -> None:
    readers: Readers = (OrganisationKind.PRODUCER, contract.producer_id, ())
    tell_readers(session, event, matter_of(contract, now.isoformat()), readers, now)


def tell_both(session: Session, contract: FrameworkContract, event: str, now: datetime) -> None:
    tell_unit(session, contract, event, (Role.BUYER, Role.FINANCE), now)
    tell_producer(session, contract, event, now)


def matter_of(contract: FrameworkContract, once: str) -> Matter:
    """A contract may be offered or sent back again: each time is told once."""
    params = {"number": contract.number}
    return Matter("contract", contract.id, params, f"/contracts/{contract.id}", once)
