"""What stands on the poster of a short link."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from marketplace.catalogue.queries.details import ProductName, list_names
from marketplace.core.clock import SHANGHAI
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.hosts.queries import HOSTS
from marketplace.hosts.rules import works_for_host
from marketplace.livestream.models import LiveSession, SessionOffer, ShortLink
from marketplace.producers.queries import village_names


@dataclass(frozen=True)
class Poster:
    """A product in a session, by whom, when, and the code that leads to it."""

    link_id: int
    code: str
    product_id: int
    session_id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    host_id: int
    host_name: str
    host_code: str
    product_name: str
    producer_name: str
    village_name: str

    @property
    def hours(self) -> str:
        """11月23日 19:00–22:00."""
        start, end = (at.astimezone(SHANGHAI) for at in (self.starts_at, self.ends_at))
        return f"{start.month}月{start.day}日 {start:%H:%M}–{end:%H:%M}"


def get_poster(session: Session, identity: Identity, link_id: int) -> Poster:
    """The poster of a link, for its host's people. Raises NotFound for everyone else."""
    return _own(_posters(session, ShortLink.id == link_id), identity)[0]


def posters_of_session(session: Session, identity: Identity, session_id: int) -> Sequence[Poster]:
    """All of a session in the order of its run sheet. Raises NotFound for other people, and
    where there is no link yet."""
    return _own(_posters(session, LiveSession.id == session_id), identity)


def _own(posters: Sequence[Poster], identity: Identity) -> Sequence[Poster]:
    if not posters or not works_for_host(identity, posters[0].host_id):
        raise NotFound
    return posters


def _posters(session: Session, condition: ColumnElement[bool]) -> Sequence[Poster]:
    rows = session.execute(
        select(
            ShortLink.id.label("link_id"),
            ShortLink.code,
            ShortLink.product_id,
            LiveSession.id.label("session_id"),
            LiveSession.title,
            LiveSession.starts_at,
            LiveSession.ends_at,
            HOSTS.c.id.label("host_id"),
            HOSTS.c.name.label("host_name"),
            HOSTS.c.code.label("host_code"),
        )
        .join(SessionOffer, SessionOffer.id == ShortLink.offer_id)
        .join(LiveSession, LiveSession.id == ShortLink.session_id)
        .join(HOSTS, HOSTS.c.id == LiveSession.host_id)
        .where(condition)
        .order_by(SessionOffer.position, SessionOffer.id)
    ).all()
    names = list_names(session, [row.product_id for row in rows])
    villages = village_names(session, {one.producer_id for one in names.values()})
    return [_poster(row, names[row.product_id], villages) for row in rows]


def _poster(row: Any, product: ProductName, villages: Mapping[int, str]) -> Poster:
    return Poster(
        **row._asdict(),
        product_name=product.name,
        producer_name=product.producer_name,
        village_name=villages[product.producer_id],
    )
