"""The life of a contract: written by one side, offered, signed by both, ended."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.catalogue.queries import VariantFacts, variants_for
from marketplace.contracts.commands.letters import write_to
from marketplace.contracts.models import ContractLine, ContractStep, FrameworkContract
from marketplace.contracts.rules.contracts import (
    OFFICE,
    ContractState,
    GivenContract,
    GivenLine,
    Side,
    may_end,
    require_signable,
    sees_contract,
    signs_for_unit,
    total_of,
    writes_for,
    wrong_contract,
)
from marketplace.contracts.rules.refusals import ContractWrongState, NeedsReason
from marketplace.core.clock import day_of
from marketplace.core.errors import N_, Forbidden, InvalidInput, NotFound, invalid
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.core.ids import new_code
from marketplace.producers.queries import get_producer
from marketplace.units.queries import find_units, get_unit
from marketplace.uploads.commands import keep
from marketplace.uploads.rules import PAPERS, GivenFile

NO_SUCH_UNIT = N_("没有这个单位,或者它已经撤并,请核对名称。")
FOREIGN_PACK = N_("只能写这家供应商在售的商品,请从列表中选择。")

# Who writes, the unit, the producer.
Parties = tuple[str, int, int]


def write_contract(
    session: Session, identity: Identity, parties: Parties, given: GivenContract, now: datetime
) -> FrameworkContract:
    """A draft by one side. Raises NotFound for whoever works for neither, Forbidden for those of
    that side who may not write, InvalidInput by field."""
    side, unit_id, producer_id = parties
    organisation_id = unit_id if side == Side.UNIT else producer_id
    if not writes_for(identity, side, organisation_id):
        raise Forbidden if identity.has_role(side, organisation_id) else NotFound
    if not find_units(session, unit_id):
        raise invalid("unit", NO_SUCH_UNIT)
    get_producer(session, producer_id)
    contract = FrameworkContract(
        number=f"K{new_code(9)}",
        unit_id=unit_id,
        producer_id=producer_id,
        side=side,
        state=ContractState.DRAFT,
        written_by=identity.person_id,
        written_at=now,
    )
    _fill(session, identity, contract, given, now)
    step(session, contract, (identity, "WRITTEN", ""), now)
    return contract


def change_contract(
    session: Session, identity: Identity, contract_id: int, given: GivenContract, now: datetime
) -> FrameworkContract:
    """Whoever wrote a draft writes it anew."""
    contract = open_contract(session, identity, contract_id)
    _require_writer(identity, contract)
    _require_state(contract, ContractState.DRAFT)
    session.execute(delete(ContractLine).where(ContractLine.contract_id == contract.id))
    contract.written_by, contract.written_at = identity.person_id, now
    _fill(session, identity, contract, given, now)
    step(session, contract, (identity, "WRITTEN", ""), now)
    return contract


def _fill(
    session: Session,
    identity: Identity,
    contract: FrameworkContract,
    given: GivenContract,
    now: datetime,
) -> None:
    errors = wrong_contract(given, day_of(now))
    if errors:
        raise InvalidInput(*errors)
    packs = _packs_of(session, contract.producer_id, given.lines, now)
    contract.title = given.title.strip()
    contract.total_fen, contract.freight_fen = total_of(given), given.freight_fen
    contract.valid_from, contract.valid_until = given.valid_from, given.valid_until
    contract.signed_how, contract.reference = given.signed_how, given.reference
    contract.signed_on, contract.address = given.signed_on, given.address
    if given.scan is not None:
        contract.scan_id = keep(session, identity, given.scan, PAPERS, now)
    session.add(contract)
    session.flush()
    rows = [
        {
            "contract_id": contract.id,
            "variant_id": line.variant_id,
            "product_name": packs[line.variant_id].product_name,
            "variant_name": packs[line.variant_id].variant_name,
            "price_fen": line.price_fen,
            "most_packs": line.most_packs,
            "called_packs": 0,
        }
        for line in given.lines
    ]
    session.execute(insert(ContractLine), rows)


def _packs_of(
    session: Session, producer_id: int, lines: Sequence[GivenLine], now: datetime
) -> dict[int, VariantFacts]:
    packs = variants_for(session, [line.variant_id for line in lines], day_of(now))
    for line in lines:
        pack = packs.get(line.variant_id)
        if pack is None or pack.producer_id != producer_id or not pack.is_on_sale:
            raise invalid(f"price-{line.variant_id}", FOREIGN_PACK)
    return packs


def offer_contract(
    session: Session, identity: Identity, contract_id: int, now: datetime
) -> FrameworkContract:
    """Whoever wrote it hands it to the other side. A producer thereby signs it; for a unit only
    an approver signs."""
    contract = open_contract(session, identity, contract_id)
    _require_writer(identity, contract)
    if contract.state == ContractState.OFFERED:
        return contract
    _require_state(contract, ContractState.DRAFT)
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
    _require_state(contract, ContractState.OFFERED)
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
    _require_party(identity, contract)
    if not words.strip():
        raise NeedsReason
    _require_state(contract, ContractState.OFFERED)
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
        _require_writer(identity, contract)
    end(session, contract, (identity, "ENDED", words.strip()), now)
    return contract


def attach_scan(
    session: Session, identity: Identity, contract_id: int, scan: GivenFile, now: datetime
) -> FrameworkContract:
    """Keeps the signed paper beside the contract; the latest one is shown, each is in the trail."""
    contract = open_contract(session, identity, contract_id)
    _require_party(identity, contract)
    _require_state(contract, ContractState.OFFERED, ContractState.SIGNED)
    contract.scan_id = keep(session, identity, scan, PAPERS, now)
    step(session, contract, (identity, "SCANNED", scan.name[:120]), now)
    return contract


def open_contract(session: Session, identity: Identity, contract_id: int) -> FrameworkContract:
    """The contract, locked. Raises NotFound for whoever may not see it."""
    contract = session.scalar(
        select(FrameworkContract)
        .where(FrameworkContract.id == contract_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if contract is None or not sees_contract(identity, contract.unit_id, contract.producer_id):
        raise NotFound
    return contract


def _require_state(contract: FrameworkContract, *allowed: ContractState) -> None:
    if contract.state not in allowed:
        raise ContractWrongState


def _require_writer(identity: Identity, contract: FrameworkContract) -> None:
    own = contract.unit_id if contract.side == Side.UNIT else contract.producer_id
    if not writes_for(identity, contract.side, own):
        raise Forbidden


def _require_party(identity: Identity, contract: FrameworkContract) -> None:
    """The office of the unit, and the producer's people; the centre only looks."""
    unit = identity.has_role(OrganisationKind.UNIT, contract.unit_id, *OFFICE)
    if not unit and not identity.has_role(OrganisationKind.PRODUCER, contract.producer_id):
        raise Forbidden


Deed = tuple[Identity | None, str, str]


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
    subject = (contract.number, f"{contract.id}:{now.isoformat()}")
    write_to(session, event, subject, (OrganisationKind.UNIT, contract.unit_id, roles), now)


def tell_producer(session: Session, contract: FrameworkContract, event: str, now: datetime) -> None:
    subject = (contract.number, f"{contract.id}:{now.isoformat()}")
    readers = (OrganisationKind.PRODUCER, contract.producer_id, ())
    write_to(session, event, subject, readers, now)


def tell_both(session: Session, contract: FrameworkContract, event: str, now: datetime) -> None:
    tell_unit(session, contract, event, (Role.BUYER, Role.FINANCE), now)
    tell_producer(session, contract, event, now)
