"""Who sees what a session earns."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.hosts.queries import hosts_of
from marketplace.livestream.queries.sessions import SessionView, find_view


def hosts_seen_by(session: Session, identity: Identity, now: datetime) -> frozenset[int]:
    """Hosts for whom a person works, themselves or through their agency."""
    agencies = identity.organisations(OrganisationKind.AGENCY)
    through = hosts_of(session, agencies, day_of(now)) if agencies else {}
    return frozenset({*identity.organisations(OrganisationKind.HOST), *through})


def get_ours(session: Session, identity: Identity, session_id: int, now: datetime) -> SessionView:
    """A session for its host's people, its agency's, and the operations centre. Raises NotFound
    for everyone else."""
    view = find_view(session, session_id)
    if view is None:
        raise NotFound
    if identity.is_in_centre() or view.host_id in hosts_seen_by(session, identity, now):
        return view
    raise NotFound
