"""Hosts and agencies, and who belongs to whom on a day."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from marketplace.core.errors import N_, NotFound, invalid
from marketplace.core.sealing import Sealer
from marketplace.hosts.models import Agency, AgencyContract, Host, HostApplication, HostStep

UNKNOWN_CODE = N_("没有这个主播口令,请核对后再填,或留空。")
# Hosts as a table to join: what others need to know of them.
HOSTS = select(Host.id, Host.name, Host.code, Host.suspended_at).subquery("hosts")


@dataclass(frozen=True)
class AgencyShare:
    """The agency a host belongs to on a day, and its share of the commission."""

    agency_id: int
    share_ppm: int


def find_host_by_code(session: Session, code: str | None) -> int | None:
    """The host whose code was typed, or None. Raises InvalidInput for an unknown code."""
    if not code:
        return None
    host_id = session.scalars(_of_code(code)).one_or_none()
    if host_id is None:
        raise invalid("host_code", UNKNOWN_CODE)
    return host_id


def _of_code(typed: str) -> Select[int]:
    # As it may be typed on a Chinese keyboard.
    plain = unicodedata.normalize("NFKC", typed).strip().upper()
    return select(Host.id).where(func.upper(Host.code) == plain).limit(1)


def get_host(session: Session, host_id: int) -> Host:
    """The host; raises NotFound where there is none."""
    host = session.get(Host, host_id)
    if host is None:
        raise NotFound
    return host


def get_agency(session: Session, agency_id: int) -> Agency:
    """The agency; raises NotFound where there is none."""
    agency = session.get(Agency, agency_id)
    if agency is None:
        raise NotFound
    return agency


@dataclass(frozen=True)
class Suspension:
    """Since when and why nothing new is started."""

    at: datetime
    words: str


def suspension_of(session: Session, subject: Host | Agency) -> Suspension | None:
    """Why a host or an agency is suspended now; None where it is not."""
    if subject.suspended_at is None:
        return None
    of_it = HostStep.host_id if isinstance(subject, Host) else HostStep.agency_id
    words = session.scalar(
        select(HostStep.words)
        .where(of_it == subject.id, HostStep.kind == "SUSPENDED")
        .order_by(HostStep.id.desc())
        .limit(1)
    )
    return Suspension(subject.suspended_at, words or "")


def real_name_of(session: Session, host_id: int, sealer: Sealer) -> str | None:
    """The name on the identity paper of a host; None for hosts from before there was a check."""
    sealed = session.scalar(
        select(HostApplication.real_name_sealed)
        .where(HostApplication.host_id == host_id)
        .order_by(HostApplication.id.desc())
        .limit(1)
    )
    return sealer.open(sealed) if sealed else None


def names_of(session: Session, host_ids: Collection[int]) -> dict[int, str]:
    """Names of hosts by id."""
    rows = session.execute(select(Host.id, Host.name).where(Host.id.in_(host_ids)))
    return {row.id: row.name for row in rows}


def ids_called(session: Session, typed: str) -> list[int]:
    """The host of a code, or else the hosts of a whole name."""
    named = select(Host.id).where(Host.name == typed).order_by(Host.id)
    return list(session.scalars(_of_code(typed))) or list(session.scalars(named))


def agency_ids_called(session: Session, typed: str) -> list[int]:
    """Agencies of a whole name, or the one of a credit code."""
    named = (Agency.name == typed) | (Agency.uscc == typed.upper())
    return list(session.scalars(select(Agency.id).where(named).order_by(Agency.id)))


def agency_names(session: Session, agency_ids: Collection[int]) -> dict[int, str]:
    """Names of agencies by id."""
    rows = session.execute(select(Agency.id, Agency.name).where(Agency.id.in_(agency_ids)))
    return {row.id: row.name for row in rows}


def in_force(day: date) -> ColumnElement[bool]:
    """Contracts between agencies and hosts that hold on a day."""
    row = AgencyContract
    return (row.state == "AGREED") & (row.from_on <= day) & (row.until_on >= day)


def agencies_of(session: Session, host_ids: Collection[int], day: date) -> dict[int, AgencyShare]:
    """Each host's agency on a day, for those who have one."""
    row = AgencyContract
    rows = session.execute(
        select(row.host_id, row.agency_id, row.share_ppm)
        .where(row.host_id.in_(host_ids), in_force(day))
        .order_by(row.id)
    )
    return {host_id: AgencyShare(agency_id, share) for host_id, agency_id, share in rows}


def hosts_of(session: Session, agency_ids: Collection[int], day: date) -> dict[int, str]:
    """(id → name) of the hosts that belong to these agencies on a day."""
    rows = session.execute(
        select(Host.id, Host.name)
        .join(AgencyContract, AgencyContract.host_id == Host.id)
        .where(AgencyContract.agency_id.in_(agency_ids), in_force(day))
        .order_by(Host.name)
    )
    return {row.id: row.name for row in rows}
