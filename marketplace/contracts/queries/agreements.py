"""What was agreed, as an order that calls goods off needs to know it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.contracts.models import ContractLine, FrameworkContract
from marketplace.contracts.rules.contracts import Validity, require_callable
from marketplace.core.errors import NotFound


@dataclass(frozen=True)
class AgreedLine:
    """A pack at its agreed price; `left_packs` is None where only the total bounds it."""

    line_id: int
    name: str
    price_fen: int
    left_packs: int | None


@dataclass(frozen=True)
class Agreement:
    id: int
    number: str
    unit_id: int
    producer_id: int
    freight_fen: int | None
    left_fen: int
    # By variant.
    lines: Mapping[int, AgreedLine]


def get_agreement(session: Session, contract_id: int, today: date) -> Agreement:
    """A contract off which goods may be called today. Raises NotFound, NotSigned, ContractOver
    or NotYetValid."""
    contract = session.get(FrameworkContract, contract_id, populate_existing=True)
    if contract is None:
        raise NotFound
    validity = Validity(contract.number, contract.state, contract.valid_from, contract.valid_until)
    require_callable(validity, today)
    return _agreement(session, contract)


def find_agreed_freight(session: Session, contract_id: int | None) -> int | None:
    """The freight agreed for each delivery; None where the producer's rules hold."""
    if contract_id is None:
        return None
    return session.scalar(
        select(FrameworkContract.freight_fen).where(FrameworkContract.id == contract_id)
    )


def _agreement(session: Session, contract: FrameworkContract) -> Agreement:
    lines = session.scalars(
        select(ContractLine)
        .where(ContractLine.contract_id == contract.id)
        .order_by(ContractLine.id)
        .execution_options(populate_existing=True)
    )
    return Agreement(
        id=contract.id,
        number=contract.number,
        unit_id=contract.unit_id,
        producer_id=contract.producer_id,
        freight_fen=contract.freight_fen,
        left_fen=contract.total_fen - contract.called_fen,
        lines={
            line.variant_id: AgreedLine(
                line.id,
                line.product_name,
                line.price_fen,
                None if line.most_packs is None else line.most_packs - line.called_packs,
            )
            for line in lines
        },
    )
