"""Requests, as the person who made them and the centre see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import PERSON_NAMES
from marketplace.core.errors import NotFound
from marketplace.core.masking import mask_name
from marketplace.core.paging import Page, PageRequest
from marketplace.core.personal import PersonalData, rows_of
from marketplace.privacy.models import PrivacyRequest
from marketplace.privacy.rules import ERASURE, EXPORT, FileGone, State

MOST_OWN = 20


@dataclass(frozen=True)
class RequestView:
    id: int
    number: str
    kind: str
    person_id: int
    state: str
    asked_at: datetime
    due_on: date
    not_before: datetime | None
    done_at: datetime | None
    expires_at: datetime | None
    fetched_at: datetime | None
    size: int | None
    obstacles: Mapping[str, Any]
    # Masked: the desk need not know who it is to see that it is answered in time.
    who: str = ""

    def is_late(self, today: date) -> bool:
        return self.state == State.WAITING and self.due_on < today


_COLUMNS = [getattr(PrivacyRequest, name) for name in list(RequestView.__dataclass_fields__)[:-1]]


def list_own(session: Session, person_id: int, kind: str) -> Sequence[RequestView]:
    """A person's latest requests of a kind, the newest first."""
    wanted = (
        select(*_COLUMNS)
        .where(PrivacyRequest.person_id == person_id, PrivacyRequest.kind == kind)
        .order_by(PrivacyRequest.id.desc())
        .limit(MOST_OWN)
    )
    return [RequestView(*tuple(row)) for row in session.execute(wanted)]


def find_waiting(session: Session, person_id: int, kind: str) -> RequestView | None:
    wanted = select(*_COLUMNS).where(PrivacyRequest.open_for == f"{kind}:{person_id}")
    row = session.execute(wanted).one_or_none()
    return RequestView(*tuple(row)) if row else None


def get_content(session: Session, person_id: int, request_id: int, now: datetime) -> bytes:
    """The sealed content of a person's own copy. Raises NotFound for anybody else's, FileGone."""
    row = session.execute(
        select(PrivacyRequest.content, PrivacyRequest.expires_at).where(
            PrivacyRequest.id == request_id,
            PrivacyRequest.person_id == person_id,
            PrivacyRequest.kind == EXPORT,
            PrivacyRequest.done_at.is_not(None),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    content: bytes | None = row.content
    if content is None or row.expires_at <= now:
        raise FileGone
    return content


def _in_tab(tab: str) -> list[ColumnElement[bool]]:
    waiting = PrivacyRequest.state == State.WAITING
    return {
        "waiting": [waiting],
        "export": [PrivacyRequest.kind == EXPORT],
        "erasure": [PrivacyRequest.kind == ERASURE],
    }[tab]


TABS = ("waiting", "export", "erasure")


def count_requests(session: Session) -> dict[str, int]:
    """How many there are behind each tab."""
    counts = [func.count().filter(*_in_tab(tab)) for tab in TABS]
    row = session.execute(select(*counts).select_from(PrivacyRequest)).one()
    return dict(zip(TABS, row, strict=True))


def list_requests(session: Session, tab: str, page: PageRequest) -> Page[RequestView]:
    """For the centre: those that wait by the day they are due, all others the newest first."""
    which = _in_tab(tab)
    total = session.scalar(select(func.count()).select_from(PrivacyRequest).where(*which)) or 0
    order = [PrivacyRequest.due_on, PrivacyRequest.id]
    rows = session.execute(
        select(*_COLUMNS, PERSON_NAMES.c.name)
        .join(PERSON_NAMES, PERSON_NAMES.c.id == PrivacyRequest.person_id)
        .where(*which)
        .order_by(*(order if tab == "waiting" else [PrivacyRequest.id.desc()]))
        .limit(page.per_page)
        .offset(page.offset)
    )
    named = [RequestView(*tuple(row)) for row in rows]
    views = [replace(one, who=mask_name(one.who)) for one in named]
    return Page(views, page.page, page.per_page, total)


def personal_data(session: Session, person_id: int) -> PersonalData:
    """The requests themselves are about the person too."""
    about = (PrivacyRequest.number, PrivacyRequest.kind, PrivacyRequest.state)
    days = (PrivacyRequest.asked_at, PrivacyRequest.due_on, PrivacyRequest.done_at)
    wanted = select(*about, *days).where(PrivacyRequest.person_id == person_id)
    return {"privacy_requests": rows_of(session, wanted.order_by(PrivacyRequest.id))}
