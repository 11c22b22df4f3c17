"""Reads of sessions: of a host, of the county, of everyone; and what is offered in them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from marketplace.catalogue.queries.named import GOODS
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.core.money import as_percent
from marketplace.core.paging import Page, PageRequest
from marketplace.core.queues import Queue, queue_of
from marketplace.hosts.queries import HOSTS
from marketplace.livestream.models import LiveSession, SessionOffer, ShortLink
from marketplace.livestream.rules.sessions import MAY_START, SessionState, kept_until, sees_session
from marketplace.producers.queries import PRODUCER_NAMES


@dataclass(frozen=True)
class SessionView:
    """A session with its host."""

    id: int
    host_id: int
    host_name: str
    host_code: str
    is_suspended: bool
    title: str
    starts_at: datetime
    ends_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    state: str
    check_state: str

    @property
    def kept_until(self) -> datetime | None:
        return kept_until(self.ended_at) if self.ended_at else None


@dataclass(frozen=True)
class OfferRow:
    """A product in a session, in the order of the run sheet."""

    id: int
    session_id: int
    product_id: int
    product_name: str
    is_on_sale: bool
    lowest_price_fen: int
    producer_id: int
    producer_name: str
    position: int
    rate_ppm: int
    state: str
    limit_per_person: int | None
    minutes: int
    script: str
    code: str | None

    @property
    def percent(self) -> str:
        return as_percent(self.rate_ppm)


_VIEW = select(
    *(LiveSession.id, LiveSession.host_id, HOSTS.c.name, HOSTS.c.code),
    HOSTS.c.suspended_at.is_not(None),
    *(LiveSession.title, LiveSession.starts_at, LiveSession.ends_at),
    *(LiveSession.started_at, LiveSession.ended_at, LiveSession.state, LiveSession.check_state),
).join(HOSTS, HOSTS.c.id == LiveSession.host_id)
# What the check passed, of hosts that are not suspended.
_PUBLIC = (LiveSession.check_state.in_(MAY_START), HOSTS.c.suspended_at.is_(None))
_OFFERS = (
    select(
        *(SessionOffer.id, SessionOffer.session_id, SessionOffer.product_id, GOODS.c.name),
        (GOODS.c.state == "PUBLISHED").label("is_on_sale"),
        *(GOODS.c.lowest_price_fen, SessionOffer.producer_id),
        PRODUCER_NAMES.c.name.label("producer_name"),
        *(SessionOffer.position, SessionOffer.rate_ppm, SessionOffer.state),
        *(SessionOffer.limit_per_person, SessionOffer.minutes, SessionOffer.script),
        ShortLink.code,
    )
    .join(GOODS, GOODS.c.id == SessionOffer.product_id)
    .join(PRODUCER_NAMES, PRODUCER_NAMES.c.id == SessionOffer.producer_id)
    .outerjoin(ShortLink, ShortLink.offer_id == SessionOffer.id)
)


def get_view(session: Session, identity: Identity, session_id: int) -> SessionView:
    """A session for its host's people and the operations centre. Raises NotFound for others."""
    found = _find(session, LiveSession.id == session_id)
    if found is None or not sees_session(identity, found.host_id):
        raise NotFound
    return found


def find_view(session: Session, session_id: int) -> SessionView | None:
    """A session, whoever asks: for callers with a rule of their own."""
    return _find(session, LiveSession.id == session_id)


def get_public(session: Session, session_id: int) -> SessionView:
    """A session that everyone may know of: called off too, for whoever was told of it. Raises
    NotFound."""
    found = _find(session, LiveSession.id == session_id, *_PUBLIC)
    if found is None:
        raise NotFound
    return found


def _find(session: Session, *conditions: ColumnElement[bool]) -> SessionView | None:
    row = session.execute(_VIEW.where(*conditions)).one_or_none()
    return SessionView(*row) if row else None


def offers_of(session: Session, session_ids: Collection[int]) -> list[OfferRow]:
    """What is offered in sessions, in the order of their run sheets. One query."""
    rows = session.execute(
        _OFFERS.where(SessionOffer.session_id.in_(session_ids)).order_by(
            SessionOffer.session_id, SessionOffer.position, SessionOffer.id
        )
    )
    return [OfferRow(*row) for row in rows]


def list_of_hosts(
    session: Session, host_ids: Collection[int], state: str | None, page: PageRequest
) -> Page[SessionView]:
    """Sessions of hosts, in one state where it is named: those to come in their order, else the
    latest first."""
    wanted: list[ColumnElement[bool]] = [LiveSession.host_id.in_(host_ids)]
    if state is not None:
        wanted.append(LiveSession.state == state)
    return _page(session, wanted, page, is_coming=state == SessionState.PLANNED)


def count_of_hosts(session: Session, host_ids: Collection[int]) -> dict[str, int]:
    """How many sessions hosts have in each state."""
    rows = session.execute(
        select(LiveSession.state, func.count())
        .where(LiveSession.host_id.in_(host_ids))
        .group_by(LiveSession.state)
    )
    found = {state: int(count) for state, count in rows}
    return {state: found.get(state, 0) for state in SessionState}


def list_public(session: Session, page: PageRequest) -> Page[SessionView]:
    """Sessions that are live or to come, the earliest first."""
    wanted = [
        *_PUBLIC,
        LiveSession.state != SessionState.CANCELLED,
        LiveSession.state.in_((SessionState.LIVE, SessionState.PLANNED)),
    ]
    return _page(session, wanted, page, is_coming=True)


def list_to_check(
    session: Session, county_code: str, check_state: str, page: PageRequest
) -> Page[SessionView]:
    """A county's sessions by their check: those that wait in the order of their hours, and not
    those that were called off meanwhile."""
    wanted = [LiveSession.county_code == county_code, LiveSession.check_state == check_state]
    is_waiting = check_state == "WAITING"
    if is_waiting:
        wanted.append(LiveSession.state == SessionState.PLANNED)
    return _page(session, wanted, page, is_coming=is_waiting)


def _page(
    session: Session,
    wanted: list[ColumnElement[bool]],
    page: PageRequest,
    *,
    is_coming: bool,
) -> Page[SessionView]:
    hour = LiveSession.starts_at
    order = (hour, LiveSession.id) if is_coming else (hour.desc(), LiveSession.id.desc())
    inner = _VIEW.where(*wanted)
    total = session.scalar(select(func.count()).select_from(inner.subquery())) or 0
    rows = session.execute(inner.order_by(*order).offset(page.offset).limit(page.per_page))
    return Page([SessionView(*row) for row in rows], page.page, page.per_page, total)


@dataclass(frozen=True)
class Proposal:
    """An offer as the producer sees it who is asked."""

    id: int
    product_name: str
    rate_ppm: int
    state: str
    session_title: str
    starts_at: datetime
    host_name: str
    host_code: str

    @property
    def percent(self) -> str:
        return as_percent(self.rate_ppm)


def list_proposals(
    session: Session, producer_id: int, state: str, page: PageRequest
) -> Page[Proposal]:
    """Offers of a producer's goods by their state, the next session first."""
    wanted = (
        select(
            *(SessionOffer.id, GOODS.c.name, SessionOffer.rate_ppm, SessionOffer.state),
            *(LiveSession.title, LiveSession.starts_at),
            *(HOSTS.c.name, HOSTS.c.code),
        )
        .join(GOODS, GOODS.c.id == SessionOffer.product_id)
        .join(LiveSession, LiveSession.id == SessionOffer.session_id)
        .join(HOSTS, HOSTS.c.id == LiveSession.host_id)
        .where(SessionOffer.producer_id == producer_id, SessionOffer.state == state)
    )
    hour = LiveSession.starts_at.desc()
    if state == "PROPOSED":
        held = (SessionState.PLANNED, SessionState.LIVE)
        wanted, hour = wanted.where(LiveSession.state.in_(held)), LiveSession.starts_at.asc()
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    rows = session.execute(
        wanted.order_by(hour, SessionOffer.id).offset(page.offset).limit(page.per_page)
    )
    return Page([Proposal(*row) for row in rows], page.page, page.per_page, total)


def queue_of_checks(session: Session, county_code: str) -> Queue:
    """A county's sessions to come that nobody has looked at."""
    return queue_of(
        session,
        LiveSession.created_at,
        LiveSession.county_code == county_code,
        LiveSession.check_state == "WAITING",
        LiveSession.state == SessionState.PLANNED,
    )
