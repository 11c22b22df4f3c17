"""Reads of contractors and mandates."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from marketplace.contractors.models import Contractor, ContractorMandate
from marketplace.contractors.rules import contractors_of
from marketplace.core.identity import Identity
from marketplace.core.paging import Page, PageRequest
from marketplace.units.queries import UNIT_NAMES, get_visible_unit


@dataclass(frozen=True)
class MandateView:
    """A mandate with the names of both sides."""

    id: int
    contractor_id: int
    contractor_name: str
    uscc: str
    phone: str
    unit_name: str
    from_on: date
    until_on: date
    ended_at: datetime | None
    reason: str

    def holds_on(self, day: date) -> bool:
        return self.ended_at is None and self.from_on <= day <= self.until_on


_MANDATES = (
    select(
        ContractorMandate.id,
        ContractorMandate.contractor_id,
        Contractor.name,
        Contractor.uscc,
        Contractor.phone,
        UNIT_NAMES.c.name,
        ContractorMandate.from_on,
        ContractorMandate.until_on,
        ContractorMandate.ended_at,
        ContractorMandate.reason,
    )
    .join(Contractor, Contractor.id == ContractorMandate.contractor_id)
    .join(UNIT_NAMES, UNIT_NAMES.c.id == ContractorMandate.unit_id)
)


def _in_force(day: date) -> ColumnElement[bool]:
    row = ContractorMandate
    return and_(row.ended_at.is_(None), row.from_on <= day, row.until_on >= day)


def find_by_uscc(session: Session, uscc: str) -> Contractor | None:
    return session.scalars(select(Contractor).where(Contractor.uscc == uscc)).one_or_none()


def list_contractors(session: Session, words: str, page: PageRequest) -> Page[Contractor]:
    """Those whose name or code holds some words, by name."""
    wanted = select(Contractor)
    if words:
        named = Contractor.name.contains(words, autoescape=True)
        wanted = wanted.where(named | (Contractor.uscc == words.upper()))
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    ordered = wanted.order_by(Contractor.name, Contractor.id)
    rows = session.scalars(ordered.offset(page.offset).limit(page.per_page)).all()
    return Page(rows, page.page, page.per_page, total)


def names_of(session: Session, contractor_ids: Collection[int]) -> dict[int, str]:
    """Names of contractors by id."""
    rows = session.execute(
        select(Contractor.id, Contractor.name).where(Contractor.id.in_(contractor_ids))
    )
    return {row.id: row.name for row in rows}


def ids_called(session: Session, name: str) -> list[int]:
    """The contractor of a whole name."""
    return list(session.scalars(select(Contractor.id).where(Contractor.name == name)))


def list_mandates(session: Session, identity: Identity, unit_id: int) -> list[MandateView]:
    """A unit's mandates, the latest first. Raises NotFound for strangers."""
    get_visible_unit(session, identity, unit_id)
    row = ContractorMandate
    rows = session.execute(_MANDATES.where(row.unit_id == unit_id).order_by(row.id.desc()))
    return [MandateView(*found) for found in rows]


def list_held(session: Session, identity: Identity, page: PageRequest) -> Page[MandateView]:
    """The mandates of the contractors that somebody buys for, those that end last first."""
    row = ContractorMandate
    mine = row.contractor_id.in_(contractors_of(identity))
    total = session.scalar(select(func.count()).select_from(row).where(mine)) or 0
    rows = session.execute(
        _MANDATES.where(mine)
        .order_by(row.until_on.desc(), row.id.desc())
        .offset(page.offset)
        .limit(page.per_page)
    )
    return Page([MandateView(*found) for found in rows], page.page, page.per_page, total)


def mandated_units(session: Session, identity: Identity, day: date) -> dict[int, str]:
    """(id → name) of the units that a contractor's person may buy for on a day."""
    mine = contractors_of(identity)
    if not mine:
        return {}
    rows = session.execute(
        select(UNIT_NAMES.c.id, UNIT_NAMES.c.name)
        .join(ContractorMandate, ContractorMandate.unit_id == UNIT_NAMES.c.id)
        .where(ContractorMandate.contractor_id.in_(mine), _in_force(day))
        .order_by(UNIT_NAMES.c.name)
    )
    return {row.id: row.name for row in rows}


def mandated_contractor(
    session: Session, identity: Identity, unit_id: int, day: date
) -> int | None:
    """The contractor in whose name this person buys for a unit on a day."""
    return session.scalar(
        select(ContractorMandate.contractor_id)
        .where(ContractorMandate.contractor_id.in_(contractors_of(identity)))
        .where(ContractorMandate.unit_id == unit_id, _in_force(day))
        .order_by(ContractorMandate.id)
        .limit(1)
    )
