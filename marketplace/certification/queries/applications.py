"""Applications as their producer, the centre and the public see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from marketplace.certification.models import ApplicationProduct, CertificationApplication
from marketplace.certification.rules import State
from marketplace.core.areas import in_area
from marketplace.core.paging import Page, PageRequest
from marketplace.producers.queries import PRODUCER_NAMES

# Tab → states.
TABS = {
    "township": (State.SUBMITTED,),
    "sector": (State.TOWNSHIP,),
    "county": (State.SECTOR,),
    "notice": (State.NOTICE,),
    "certified": (State.CERTIFIED,),
    "ended": (State.RETURNED, State.REFUSED),
}


@dataclass(frozen=True)
class ApplicationRow:
    id: int
    number: str
    producer_id: int
    producer_name: str
    state: str
    applied_at: datetime
    notice_from: date | None
    notice_until: date | None
    products: tuple[str, ...] = ()


_SHOWN_STATE = case(
    (CertificationApplication.withdrawn_at.is_not(None), State.WITHDRAWN.value),
    else_=CertificationApplication.state,
)
ROWS = select(
    CertificationApplication.id,
    CertificationApplication.number,
    CertificationApplication.producer_id,
    PRODUCER_NAMES.c.name.label("producer_name"),
    _SHOWN_STATE.label("state"),
    CertificationApplication.applied_at,
    CertificationApplication.notice_from,
    CertificationApplication.notice_until,
).join(PRODUCER_NAMES, PRODUCER_NAMES.c.id == CertificationApplication.producer_id)


def list_of_producer(session: Session, producer_id: int, page: PageRequest) -> Page[ApplicationRow]:
    """A producer's applications, the newest first."""
    return _page(session, page, CertificationApplication.producer_id == producer_id)


def list_in_centre(
    session: Session, tab: str, page: PageRequest, *, area: str = ""
) -> Page[ApplicationRow]:
    in_tab = CertificationApplication.state.in_(TABS[tab])
    return _page(session, page, and_(in_tab, *here(area)))


def here(area: str) -> list[ColumnElement[bool]]:
    return in_area("certification_application", CertificationApplication.id, area)


def list_on_notice(session: Session, page: PageRequest) -> Page[ApplicationRow]:
    """What is published now: anyone may look at it, and object."""
    return _page(session, page, CertificationApplication.state == State.NOTICE)


def count_waiting(session: Session, *, area: str = "") -> dict[str, int]:
    """How many applications stand in each tab."""
    rows = session.execute(
        select(CertificationApplication.state, func.count().label("number"))
        .where(*here(area))
        .group_by(CertificationApplication.state)
    )
    counts = {row.state: row.number for row in rows}
    return {tab: sum(counts.get(state, 0) for state in states) for tab, states in TABS.items()}


def _page(session: Session, page: PageRequest, wanted: ColumnElement[bool]) -> Page[ApplicationRow]:
    total = session.scalar(select(func.count()).select_from(CertificationApplication).where(wanted))
    rows = session.execute(
        ROWS.where(wanted)
        .order_by(CertificationApplication.id.desc())
        .offset(page.offset)
        .limit(page.per_page)
    ).all()
    names = _names(session, [row.id for row in rows])
    found = [ApplicationRow(**row._asdict(), products=tuple(names.get(row.id, ()))) for row in rows]
    return Page(found, page.page, page.per_page, total or 0)


def _names(session: Session, application_ids: Sequence[int]) -> dict[int, list[str]]:
    names: dict[int, list[str]] = {}
    rows = session.execute(
        select(ApplicationProduct.application_id, ApplicationProduct.product_name)
        .where(ApplicationProduct.application_id.in_(application_ids))
        .order_by(ApplicationProduct.product_id)
    )
    for application_id, name in rows:
        names.setdefault(application_id, []).append(name)
    return names
