"""The life of a contract once it is written: offered, signed by both sides, sent back, ended."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.contracts.commands.record import (
    end,
    open_contract,
    require_party,
    require_state,
    require_writer,
    step,
    tell_both,
    tell_producer,
    tell_unit,
)
from marketplace.contracts.models import FrameworkContract
from marketplace.contracts.rules.contracts import (
    ContractState,
    Side,
    may_end,
    require_signable,
    signs_for_unit,
)
from marketplace.contracts.rules.refusals import NeedsReason
from marketplace.core.clock import day_of
from marketplace.core.errors import Forbidden
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.units.queries import get_unit
from marketplace.uploads.commands import keep
from marketplace.uploads.rules import PAPERS, GivenFile


def offer_contract(
    session: Session, identity: Identity, contract_id: int, now: datetime
) -> FrameworkContract:
    """Whoever wrote it hands it to the other side. A producer thereby signs it; for a unit only
    an approver signs."""
    contract = open_contract(session, identity, contract_id)
    require_writer(identity, contract)
    if contract.state == ContractState.OFFERED:
        return contract
    require_state(contract, ContractState.DRAFT)
    require_signable(contract.valid_until, day_of(now))
    contract.state = ContractState.OFFERED
    contract.offered_by = identity.person_id
    if contract.side == Side.PRODUCER:
        contract.producer_signed_by = identity.person_id
    else:
        tell_producer(session, contract, "contract_offered", now)
    tell_unit(session, contract, "contract_offered", (Role.APPROVER,), now)
    step(session, contract, (identity, "OFFERED", ""), now)
    return contract


def sign_contract(
    session: Session, identity: Identity, contract_id: int, now: datetime
) -> FrameworkContract:
    """Signs for one's own side; with the second signature it holds. A second click is quiet.

    Raises NotFound, Forbidden, OwnContract, ContractPast, ContractWrongState.
    """
    contract = open_contract(session, identity, contract_id)
    if identity.person_id in (contract.unit_signed_by, contract.producer_signed_by):
        return contract
    require_state(contract, ContractState.OFFERED)
    require_signable(contract.valid_until, day_of(now))
    if identity.has_role(OrganisationKind.PRODUCER, contract.producer_id):
        contract.producer_signed_by = identity.person_id
    else:
        unit = get_unit(session, contract.unit_id)
        # Whoever wrote it for the other side is none of ours.
        wrote = (contract.written_by, contract.offered_by) if contract.side == Side.UNIT else ()
        signs_for_unit(identity, unit.id, wrote, four_eyes=unit.four_eyes)
        contract.unit_signed_by = identity.person_id
    step(session, contract, (identity, "SIGNED", ""), now)
    if contract.unit_signed_by is not None and contract.producer_signed_by is not None:
        contract.state = ContractState.SIGNED
        contract.signed_on = contract.signed_on or day_of(now)
        tell_both(session, contract, "contract_signed", now)
    session.flush()
    return contract


def return_contract(
    session: Session, identity: Identity, contract_id: int, words: str, now: datetime
) -> FrameworkContract:
    """Either side sends an offer back to whoever wrote it, and says what is to be changed."""
    contract = open_contract(session, identity, contract_id)
    require_party(identity, contract)
    if not words.strip():
        raise NeedsReason
    require_state(contract, ContractState.OFFERED)
    contract.state = ContractState.DRAFT
    contract.offered_by = contract.unit_signed_by = contract.producer_signed_by = None
    step(session, contract, (identity, "RETURNED", words.strip()), now)
    tell_both(session, contract, "contract_returned", now)
    return contract


def end_contract(
    session: Session, identity: Identity, contract_id: int, words: str, now: datetime
) -> FrameworkContract:
    """Gives a draft up, or terminates what was signed. What was ordered stays ordered."""
    contract = open_contract(session, identity, contract_id)
    if contract.state == ContractState.ENDED:
        return contract
    if not words.strip():
        raise NeedsReason
    if contract.state == ContractState.SIGNED:
        if not may_end(identity, contract.unit_id):
            raise Forbidden
        tell_both(session, contract, "contract_ended", now)
    else:
        require_writer(identity, contract)
    end(session, contract, (identity, "ENDED", words.strip()), now)
    return contract


def attach_scan(
    session: Session, identity: Identity, contract_id: int, scan: GivenFile, now: datetime
) -> FrameworkContract:
    """Keeps the signed paper beside the contract; the latest one is shown, each is in the trail."""
    contract = open_contract(session, identity, contract_id)
    require_party(identity, contract)
    require_state(contract, ContractState.OFFERED, ContractState.SIGNED)
    contract.scan_id = keep(session, identity, scan, PAPERS, now)
    step(session, contract, (identity, "SCANNED", scan.name[:120]), now)
    return contract
