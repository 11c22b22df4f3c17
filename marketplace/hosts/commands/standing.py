"""Suspending and restoring hosts and agencies, and trusting hosts to start unlooked at."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.core.errors import Forbidden, NotFound
from marketplace.core.identity import Identity
from marketplace.hosts.commands.locks import lock_agency, lock_host
from marketplace.hosts.commands.steps import step
from marketplace.hosts.models import Agency, Host
from marketplace.hosts.rules.application import HOST, OwnCase, decides
from marketplace.notices.commands import Matter, tell_readers

OWN_PAGE = {HOST: "/host/", "AGENCY": "/agency/"}


@dataclass(frozen=True)
class Subject:
    """Which host or agency it is about."""

    kind: str
    id: int


def suspend(
    session: Session, identity: Identity, subject: Subject, reason: str, now: datetime
) -> None:
    """Nothing new is started and nothing new is earned from now on; once more changes nothing."""
    row = _take(session, identity, subject)
    if row.suspended_at is not None:
        return
    row.suspended_at = now
    done = step(session, row, identity.person_id, ("SUSPENDED", reason), now)
    _tell(session, subject, ("host_suspended", row.name), done.id, now)


def lift_suspension(
    session: Session, identity: Identity, subject: Subject, words: str, now: datetime
) -> None:
    row = _take(session, identity, subject)
    if row.suspended_at is None:
        return
    row.suspended_at = None
    done = step(session, row, identity.person_id, ("LIFTED", words), now)
    _tell(session, subject, ("host_restored", row.name), done.id, now)


def trust(session: Session, identity: Identity, host_id: int, words: str, now: datetime) -> None:
    """The county no longer looks at each session of the host before it starts."""
    row = _take(session, identity, Subject(HOST, host_id))
    if isinstance(row, Host) and row.trusted_at is None:
        row.trusted_at = now
        step(session, row, identity.person_id, ("TRUSTED", words), now)


def untrust(session: Session, identity: Identity, host_id: int, words: str, now: datetime) -> None:
    """From now on the county looks at each new session again."""
    row = _take(session, identity, Subject(HOST, host_id))
    if isinstance(row, Host) and row.trusted_at is not None:
        row.trusted_at = None
        step(session, row, identity.person_id, ("UNTRUSTED", words), now)


def _take(session: Session, identity: Identity, subject: Subject) -> Host | Agency:
    """Raises NotFound, Forbidden; OwnCase for whoever works there."""
    if not identity.is_in_centre():
        raise NotFound
    if not decides(identity):
        raise Forbidden
    if identity.has_role(subject.kind, subject.id):
        raise OwnCase
    lock = lock_host if subject.kind == HOST else lock_agency
    return lock(session, subject.id)


def _tell(
    session: Session, subject: Subject, what: tuple[str, str], step_id: int, now: datetime
) -> None:
    kind, name = what
    about, address = (subject.kind.lower(), subject.id), OWN_PAGE[subject.kind]
    matter = Matter(*about, {"name": name}, address, str(step_id))
    tell_readers(session, kind, matter, (subject.kind, subject.id, ()), now)
