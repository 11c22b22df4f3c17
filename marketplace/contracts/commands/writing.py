"""Writing a contract: one side says what it is to hold."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from marketplace.catalogue.queries import VariantFacts, variants_for
from marketplace.contracts.commands.record import (
    open_contract,
    require_state,
    require_writer,
    step,
)
from marketplace.contracts.models import ContractLine, FrameworkContract
from marketplace.contracts.rules.contracts import (
    ContractState,
    GivenContract,
    GivenLine,
    Side,
    total_of,
    writes_for,
    wrong_contract,
)
from marketplace.core.clock import day_of
from marketplace.core.errors import N_, Forbidden, InvalidInput, NotFound, invalid
from marketplace.core.identity import Identity
from marketplace.core.ids import new_code
from marketplace.producers.queries import get_producer
from marketplace.units.queries import find_units
from marketplace.uploads.commands import keep
from marketplace.uploads.rules import PAPERS

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
    require_writer(identity, contract)
    require_state(contract, ContractState.DRAFT)
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
