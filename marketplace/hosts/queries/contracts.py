"""Contracts between agencies and hosts, as either side sees them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from marketplace.core.money import as_percent
from marketplace.core.paging import Page, PageRequest
from marketplace.hosts.models import Agency, AgencyContract, Host
from marketplace.notices.queries import Checks, while_true


@dataclass(frozen=True)
class ContractRow:
    """A contract with both names."""

    id: int
    agency_id: int
    agency_name: str
    host_id: int
    host_name: str
    host_code: str
    share_ppm: int
    from_on: date
    until_on: date
    state: str
    ended_at: datetime | None
    reason: str

    @property
    def share(self) -> str:
        return f"{as_percent(self.share_ppm)}%"

    def standing(self, today: date) -> str:
        """How it stands on a day: also what the days alone decide."""
        if self.state == "PROPOSED":
            return "LAPSED" if self.until_on < today else "PROPOSED"
        if self.state != "AGREED":
            return self.state
        if self.until_on < today:
            return "ENDED" if self.ended_at else "OVER"
        return "COMING" if self.from_on > today else "IN_FORCE"


def contracts_of_agency(session: Session, agency_id: int, page: PageRequest) -> Page[ContractRow]:
    """An agency's contracts, what was proposed last first."""
    return _contracts(session, AgencyContract.agency_id == agency_id, page)


def contracts_of_hosts(
    session: Session, host_ids: Collection[int], page: PageRequest
) -> Page[ContractRow]:
    """The contracts of some hosts, what was proposed last first."""
    return _contracts(session, AgencyContract.host_id.in_(host_ids), page)


def _contracts(
    session: Session, wanted: ColumnElement[bool], page: PageRequest
) -> Page[ContractRow]:
    row = AgencyContract
    total = session.scalar(select(func.count()).select_from(row).where(wanted)) or 0
    rows = session.execute(
        select(
            row.id,
            row.agency_id,
            Agency.name,
            row.host_id,
            Host.name,
            Host.code,
            row.share_ppm,
            row.from_on,
            row.until_on,
            row.state,
            row.ended_at,
            row.reason,
        )
        .join(Agency, Agency.id == row.agency_id)
        .join(Host, Host.id == row.host_id)
        .where(wanted)
        .order_by(row.id.desc())
        .limit(page.per_page)
        .offset(page.offset)
    )
    return Page([ContractRow(*tuple(one)) for one in rows], page.page, page.per_page, total)


CHECKS: Checks = {
    "agency_proposed": while_true(AgencyContract.id, AgencyContract.state == "PROPOSED")
}
