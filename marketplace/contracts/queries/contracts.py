"""Contracts as lists and pages show them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import PERSON_NAMES
from marketplace.contracts.models import (
    ContractEntry,
    ContractLine,
    ContractStep,
    FrameworkContract,
)
from marketplace.contracts.rules.contracts import days_left, ends_soon, sees_contract
from marketplace.core.areas import in_area
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.core.paging import Page, PageRequest
from marketplace.producers.queries import PRODUCER_NAMES
from marketplace.units.queries import UNIT_NAMES
from marketplace.uploads.queries import KeptFile, get_upload

Condition = ColumnElement[bool]
TABS = ("signed", "offered", "draft", "ended")


@dataclass(frozen=True)
class ContractRow:
    id: int
    number: str
    title: str
    state: str
    unit_id: int
    unit_name: str
    producer_id: int
    producer_name: str
    total_fen: int
    called_fen: int
    valid_from: date
    valid_until: date

    @property
    def left_fen(self) -> int:
        return self.total_fen - self.called_fen

    def days_left(self, today: date) -> int:
        return days_left(self.valid_until, today)

    def ends_soon(self, today: date) -> bool:
        return ends_soon(self.state, self.valid_until, today)


@dataclass(frozen=True)
class LineView:
    """An agreed pack, what was called off it and how much of it may still be."""

    variant_id: int
    product_name: str
    variant_name: str
    price_fen: int
    most_packs: int | None
    called_packs: int

    @property
    def left_packs(self) -> int | None:
        return None if self.most_packs is None else self.most_packs - self.called_packs


@dataclass(frozen=True)
class CalledOrder:
    """What one order holds of a contract."""

    order_id: int
    packs: int
    amount_fen: int


@dataclass(frozen=True)
class StepView:
    at: datetime
    who: str | None
    kind: str
    words: str


@dataclass(frozen=True)
class ContractView:
    """One contract, whole, as its page shows it."""

    row: ContractRow
    side: str
    freight_fen: int | None
    signed_how: str
    reference: str
    signed_on: date | None
    scan_id: int | None
    address: str
    unit_signed_by: str | None
    producer_signed_by: str | None
    written_by: int
    offered_by: int | None
    end_reason: str
    lines: tuple[LineView, ...]
    orders: tuple[CalledOrder, ...]
    steps: tuple[StepView, ...]

    @property
    def is_used_up(self) -> bool:
        """Nothing is left that one more pack would fit into."""
        left_fen = self.row.left_fen
        return not any(one.left_packs != 0 and one.price_fen <= left_fen for one in self.lines)


def _rows() -> Select[*tuple[Any, ...]]:
    names = {"unit_name": UNIT_NAMES.c.name, "producer_name": PRODUCER_NAMES.c.name}
    columns = [
        names[name] if name in names else getattr(FrameworkContract, name)
        for name in ContractRow.__dataclass_fields__
    ]
    return (
        select(*columns)
        .join(UNIT_NAMES, UNIT_NAMES.c.id == FrameworkContract.unit_id)
        .join(PRODUCER_NAMES, PRODUCER_NAMES.c.id == FrameworkContract.producer_id)
    )


def count_contracts(session: Session, *of: Condition) -> dict[str, int]:
    """How many contracts stand how, by tab."""
    rows = session.execute(
        select(FrameworkContract.state, func.count()).where(*of).group_by(FrameworkContract.state)
    )
    counted: dict[str, int] = {row[0].lower(): row[1] for row in rows}
    return {tab: counted.get(tab, 0) for tab in TABS}


def list_contracts(
    session: Session, tab: str, page: PageRequest, *of: Condition
) -> Page[ContractRow]:
    """The contracts of a tab; of those that hold, what ends first."""
    wanted = (FrameworkContract.state == tab.upper(), *of)
    total = session.scalar(select(func.count()).select_from(FrameworkContract).where(*wanted)) or 0
    order = FrameworkContract.valid_until if tab == "signed" else FrameworkContract.id.desc()
    rows = session.execute(
        _rows()
        .where(*wanted)
        .order_by(order, FrameworkContract.id)
        .offset(page.offset)
        .limit(page.per_page)
    )
    found = [ContractRow(*tuple(row)) for row in rows]
    return Page(found, page.page, page.per_page, total)


def of_unit(unit_id: int) -> Condition:
    return FrameworkContract.unit_id == unit_id


def of_area(area: str) -> list[Condition]:
    """A county's: its unit's or its producer's."""
    return in_area("framework_contract", FrameworkContract.id, area)


def of_producer(producer_id: int) -> tuple[Condition, ...]:
    """What it wrote itself, and of what units write nothing that they are still writing on."""
    theirs = FrameworkContract.side == "PRODUCER"
    offered = (FrameworkContract.state != "DRAFT") & _WAS_OFFERED
    return FrameworkContract.producer_id == producer_id, theirs | offered


# Offered once, or signed at once by choosing an answer: from then on the producer knows of it.
_WAS_OFFERED = exists().where(
    ContractStep.contract_id == FrameworkContract.id, ContractStep.kind.in_(("OFFERED", "SIGNED"))
)


def may_see(session: Session, identity: Identity, contract: FrameworkContract) -> bool:
    """Whether a person sees a contract. What a unit writes its producer sees once it was offered,
    and may look at again when it was sent back."""
    parties = (contract.unit_id, contract.producer_id)
    if sees_contract(identity, *parties, known_to_producer=contract.side == "PRODUCER"):
        return True
    if not sees_contract(identity, *parties, known_to_producer=True):
        return False
    offered = select(FrameworkContract.id).where(FrameworkContract.id == contract.id, _WAS_OFFERED)
    return session.scalar(offered) is not None


def get_contract(session: Session, identity: Identity, contract_id: int) -> ContractView:
    """A contract. Raises NotFound for whoever may not see it."""
    contract = session.get(FrameworkContract, contract_id, populate_existing=True)
    if contract is None or not may_see(session, identity, contract):
        raise NotFound
    row = session.execute(_rows().where(FrameworkContract.id == contract_id)).one()
    own = {
        name: getattr(contract, name)
        for name in ContractView.__dataclass_fields__
        if hasattr(FrameworkContract, name)
    }
    own["unit_signed_by"] = _name(session, contract.unit_signed_by)
    own["producer_signed_by"] = _name(session, contract.producer_signed_by)
    return ContractView(
        row=ContractRow(*tuple(row)),
        lines=_lines(session, contract_id),
        orders=_orders(session, contract_id),
        steps=_steps(session, contract_id),
        **own,
    )


def _name(session: Session, person_id: int | None) -> str | None:
    if person_id is None:
        return None
    return session.scalar(select(PERSON_NAMES.c.name).where(PERSON_NAMES.c.id == person_id))


def _lines(session: Session, contract_id: int) -> tuple[LineView, ...]:
    columns = [getattr(ContractLine, name) for name in LineView.__dataclass_fields__]
    rows = session.execute(
        select(*columns).where(ContractLine.contract_id == contract_id).order_by(ContractLine.id)
    )
    return tuple(LineView(*tuple(row)) for row in rows)


def _orders(session: Session, contract_id: int) -> tuple[CalledOrder, ...]:
    rows = session.execute(
        select(
            ContractEntry.order_id,
            func.sum(ContractEntry.packs),
            func.sum(ContractEntry.amount_fen),
        )
        .where(ContractEntry.contract_id == contract_id)
        .group_by(ContractEntry.order_id)
        .order_by(ContractEntry.order_id.desc())
        .limit(200)
    )
    return tuple(CalledOrder(order, int(packs), int(fen)) for order, packs, fen in rows)


def _steps(session: Session, contract_id: int) -> tuple[StepView, ...]:
    rows = session.execute(
        select(ContractStep.at, PERSON_NAMES.c.name, ContractStep.kind, ContractStep.words)
        .join(PERSON_NAMES, PERSON_NAMES.c.id == ContractStep.actor_id, isouter=True)
        .where(ContractStep.contract_id == contract_id)
        .order_by(ContractStep.id)
    )
    return tuple(StepView(*tuple(row)) for row in rows)


def get_scan(session: Session, identity: Identity, contract_id: int) -> KeptFile:
    """The signed paper, for whoever may see the contract. Raises NotFound."""
    scan_id = get_contract(session, identity, contract_id).scan_id
    if scan_id is None:
        raise NotFound
    return get_upload(session, scan_id)
