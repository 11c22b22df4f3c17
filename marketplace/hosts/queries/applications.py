"""Applications as their applicants and, with what was sealed, the county see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import PERSON_NAMES, names_of
from marketplace.core.areas import code_in_area
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.core.masking import last_four, mask_name
from marketplace.core.paging import Page, PageRequest
from marketplace.core.queues import Queue, queue_of
from marketplace.core.sealing import Sealer
from marketplace.hosts.models import Agency, Host, HostApplication
from marketplace.hosts.rules.application import State, decides

MOST_MATCHES = 20
MOST_OWN = 20


@dataclass(frozen=True)
class Opened:
    """What stood sealed; empty where it was sealed with another secret."""

    real_name: str
    identity: str
    phone: str

    @classmethod
    def of(cls, application: HostApplication, sealer: Sealer) -> "Opened":
        sealed = (
            application.real_name_sealed,
            application.identity_sealed,
            application.phone_sealed,
        )
        return cls(*(sealer.open(words) or "" for words in sealed))

    @property
    def masked(self) -> "Opened":
        return Opened(mask_name(self.real_name), last_four(self.identity), last_four(self.phone))


@dataclass(frozen=True)
class ApplicationRow:
    """An application in one line."""

    id: int
    kind: str
    state: str
    name: str
    mark: str
    applicant_name: str
    submitted_at: datetime
    answer: str


@dataclass(frozen=True)
class MatchRow:
    """Another application of somebody with the same identity number."""

    id: int
    kind: str
    state: str
    name: str
    applicant_name: str
    is_same_login: bool
    suspended_at: datetime | None


@dataclass(frozen=True)
class ApplicationView:
    """One application on the desk; `opened` is masked, and None for who may not decide."""

    row: HostApplication
    applicant_name: str
    decided_by: str
    opened: Opened | None
    matches: Sequence[MatchRow]
    may_decide: bool
    is_own: bool
    # Whether what was sealed has been removed since.
    is_forgotten: bool


def get_application(session: Session, application_id: int) -> HostApplication:
    """Raises NotFound."""
    application = session.get(HostApplication, application_id)
    if application is None:
        raise NotFound
    return application


def _rows() -> Select[*tuple[Any, ...]]:
    row = HostApplication
    return select(
        row.id,
        row.kind,
        row.state,
        row.name,
        row.code + row.uscc,
        PERSON_NAMES.c.name,
        row.submitted_at,
        row.answer,
    ).join(PERSON_NAMES, PERSON_NAMES.c.id == row.applicant_id)


def list_own(session: Session, identity: Identity) -> list[ApplicationRow]:
    """A person's applications, the newest first."""
    mine = _rows().where(HostApplication.applicant_id == identity.person_id)
    rows = session.execute(mine.order_by(HostApplication.id.desc()).limit(MOST_OWN))
    return [ApplicationRow(*tuple(row)) for row in rows]


def count_waiting(session: Session, *, area: str = "") -> int:
    return session.scalar(select(func.count()).where(*_waits(area))) or 0


def _waits(area: str) -> list[ColumnElement[bool]]:
    here = code_in_area(HostApplication.county_code, area)
    return [HostApplication.state == State.WAITING, *here]


def list_waiting(session: Session, page: PageRequest, *, area: str = "") -> Page[ApplicationRow]:
    """Those that wait, the longest waiting first."""
    rows = session.execute(
        _rows()
        .where(*_waits(area))
        .order_by(HostApplication.id)
        .limit(page.per_page)
        .offset(page.offset)
    )
    found = [ApplicationRow(*tuple(row)) for row in rows]
    return Page(found, page.page, page.per_page, count_waiting(session, area=area))


def view_application(
    session: Session, identity: Identity, application_id: int, sealer: Sealer
) -> ApplicationView:
    """One for the desk. Raises NotFound for whoever does not work in the centre."""
    if not identity.is_in_centre():
        raise NotFound
    row = get_application(session, application_id)
    people = {row.applicant_id, row.decided_by} - {None}
    names = names_of(session, [one for one in people if one is not None])
    return ApplicationView(
        row=row,
        applicant_name=names[row.applicant_id],
        decided_by=names.get(row.decided_by or 0, ""),
        opened=Opened.of(row, sealer).masked if decides(identity) else None,
        matches=_matches(session, row),
        may_decide=decides(identity) and row.state == State.WAITING,
        is_own=row.applicant_id == identity.person_id,
        is_forgotten=_is_forgotten(row),
    )


def _is_forgotten(one: HostApplication) -> bool:
    """Whether what was sealed has been removed: it was refused or withdrawn long ago."""
    return not one.identity_mark


def _matches(session: Session, one: HostApplication) -> list[MatchRow]:
    """Who else came with this identity number, as a host or for an agency, by any login."""
    if _is_forgotten(one):
        # All who were forgotten have the same mark: none.
        return []
    row = HostApplication
    rows = session.execute(
        select(
            row.id,
            row.kind,
            row.state,
            row.name,
            PERSON_NAMES.c.name,
            row.applicant_id == one.applicant_id,
            func.coalesce(Host.suspended_at, Agency.suspended_at),
        )
        .join(PERSON_NAMES, PERSON_NAMES.c.id == row.applicant_id)
        .outerjoin(Host, Host.id == row.host_id)
        .outerjoin(Agency, Agency.id == row.agency_id)
        .where(row.identity_mark == one.identity_mark, row.id != one.id)
        .where(or_(row.state != State.WITHDRAWN, row.applicant_id != one.applicant_id))
        .order_by(row.id.desc())
        .limit(MOST_MATCHES)
    )
    return [MatchRow(*tuple(found)) for found in rows]


def queue_of_applications(session: Session, *, area: str = "") -> Queue:
    """Applications that nobody has looked at."""
    return queue_of(session, HostApplication.submitted_at, *_waits(area))
