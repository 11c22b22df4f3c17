"""Reads of hosts."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.core.errors import N_, NotFound, invalid
from marketplace.livestream.models import Host

UNKNOWN_CODE = N_("没有这个主播口令,请核对后再填,或留空。")


def host_id_of(session: Session, code: str | None) -> int | None:
    """The host whose code was typed, or None. Raises InvalidInput for an unknown code."""
    if not code:
        return None
    wanted = select(Host.id).where(func.upper(Host.code) == code.upper())
    host_id = session.scalars(wanted.limit(1)).one_or_none()
    if host_id is None:
        raise invalid("host_code", UNKNOWN_CODE)
    return host_id


def get_host(session: Session, host_id: int) -> Host:
    """The host; raises NotFound where there is none."""
    host = session.get(Host, host_id)
    if host is None:
        raise NotFound
    return host


def names_of(session: Session, host_ids: Collection[int]) -> dict[int, str]:
    """Names of hosts by id."""
    rows = session.execute(select(Host.id, Host.name).where(Host.id.in_(host_ids)))
    return {row.id: row.name for row in rows}
