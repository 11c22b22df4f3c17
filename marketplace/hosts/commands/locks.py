"""Holding a host or an agency: what is settled with them, or asked by them, follows each other."""

from sqlalchemy.orm import Session

from marketplace.core.errors import NotFound
from marketplace.hosts.models import Agency, Host


def lock_host(session: Session, host_id: int) -> Host:
    """The host, held until this transaction ends. Raises NotFound."""
    host = session.get(Host, host_id, with_for_update=True, populate_existing=True)
    if host is None:
        raise NotFound
    return host


def lock_agency(session: Session, agency_id: int) -> Agency:
    """The agency, held until this transaction ends. Raises NotFound."""
    agency = session.get(Agency, agency_id, with_for_update=True, populate_existing=True)
    if agency is None:
        raise NotFound
    return agency
