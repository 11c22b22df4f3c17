"""Figures of a session's board. There is no counter: they are added up from the claims that hold
and the lines they are about, so that they cannot differ from the books."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, bindparam, cast, func, select
from sqlalchemy.orm import Session

from marketplace.broadcast.rules.board import Board, Good, Left, Minute, minute_of
from marketplace.broadcast.rules.kept import Pulse
from marketplace.catalogue.queries import variants_of
from marketplace.commission.queries.sessions import newest_claim, sales_of_sessions
from marketplace.core.clock import day_of
from marketplace.core.edition import SHARDS, Edition, Topic
from marketplace.core.money import PPM
from marketplace.geography.queries import names_of
from marketplace.livestream.queries.figures import newest_entry
from marketplace.livestream.queries.sessions import SessionView, offers_of
from marketplace.livestream.rules.sessions import OfferState
from marketplace.ordering.queries.worth import ORIGINS, WORTH, newest_event, recent_events

_SESSION = bindparam("session_id", type_=BigInteger)
SALES = sales_of_sessions().subquery("sales")
_ORDERS = func.count(WORTH.c.order_id.distinct())
AMOUNT = func.sum(WORTH.c.worth_fen)
# The commission of a line, rounded down, and the host's part of it; equal remainders go to the
# host: `commission.rules.shares_of`, said in SQL.
WHOLE = cast(WORTH.c.worth_fen * SALES.c.rate_ppm, BigInteger) // PPM
_HOSTS = (WHOLE * (PPM - SALES.c.agency_ppm) + PPM // 2) // PPM
_STANDING = (
    select()
    .select_from(SALES)
    .join(WORTH, WORTH.c.line_id == SALES.c.order_line_id)
    .where(SALES.c.session_id == _SESSION, WORTH.c.sold_fen > 0)
)
_BY_MINUTE = (
    _STANDING.with_only_columns(WORTH.c.minute, _ORDERS, AMOUNT, func.sum(WHOLE), func.sum(_HOSTS))
    .group_by(WORTH.c.minute)
    .order_by(WORTH.c.minute)
)
_BY_PRODUCT = (
    _STANDING.with_only_columns(
        WORTH.c.product_id,
        func.min(WORTH.c.product_name),
        _ORDERS,
        func.sum(WORTH.c.packs),
        AMOUNT,
    )
    .group_by(WORTH.c.product_id)
    .order_by(AMOUNT.desc(), WORTH.c.product_id)
)
_VILLAGES = (
    _STANDING.with_only_columns(ORIGINS.c.village_code)
    .join(ORIGINS, ORIGINS.c.order_line_id == WORTH.c.line_id)
    .where(WORTH.c.worth_fen > 0)
    .distinct()
    .order_by(ORIGINS.c.village_code)
)
_PULSE = select(
    select(func.coalesce(func.sum(Edition.number), 0))
    .where(Edition.shard // SHARDS == Topic.SHOWN)
    .scalar_subquery(),
    newest_event(),
    recent_events(),
    newest_claim(),
    newest_entry(_SESSION),
)


def pulse_of(session: Session, session_id: int, now: datetime) -> Pulse:
    """One statement over five indexes, whatever the session sold."""
    row = session.execute(_PULSE, {"session_id": session_id}).one()
    return Pulse(tuple(map(int, row)), minute_of(now))


def count_board(session: Session, view: SessionView, now: datetime) -> Board:
    """The board of a session, from its lines."""
    wanted = {"session_id": view.id}
    minutes = session.execute(_BY_MINUTE, wanted).all()
    whole_fen, host_fen = (sum(int(row[place]) for row in minutes) for place in (3, 4))
    goods = session.execute(_BY_PRODUCT, wanted).all()
    codes = list(session.scalars(_VILLAGES, wanted))
    names = names_of(session, codes)
    return Board(
        **_about(view),
        amount_fen=sum(int(row[2]) for row in minutes),
        host_fen=host_fen,
        agency_fen=whole_fen - host_fen,
        village_names=tuple(names.get(code, code) for code in codes),
        stock=_stock(session, view.id, now),
        goods=tuple(Good(row[0], row[1], int(row[2]), int(row[3]), int(row[4])) for row in goods),
        minutes=tuple(Minute(int(row[0]), int(row[1]), int(row[2])) for row in minutes),
    )


def _about(view: SessionView) -> dict[str, Any]:
    return {
        "session_id": view.id,
        "host_id": view.host_id,
        "host_name": view.host_name,
        "title": view.title,
        "state": view.state,
        "starts_at": view.starts_at,
        "started_at": view.started_at,
        "ended_at": view.ended_at,
    }


def _stock(session: Session, session_id: int, now: datetime) -> tuple[Left, ...]:
    """Packs left of what is offered, in the order of the run sheet."""
    offers = [one for one in offers_of(session, [session_id]) if one.state == OfferState.AGREED]
    packs = variants_of(session, [offer.product_id for offer in offers], day_of(now))
    return tuple(
        Left(
            offer.product_id,
            offer.product_name,
            sum(pack.available for pack in packs.get(offer.product_id, ()) if pack.is_on_sale),
        )
        for offer in offers
    )
