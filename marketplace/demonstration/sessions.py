"""Livestreams of eighteen months and the one of tomorrow, and what producers pay for them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.clock import day_of, start_of
from marketplace.core.db import Base
from marketplace.core.identity import Identity
from marketplace.demonstration.airings import Airing, Offered
from marketplace.demonstration.dice import dice, some
from marketplace.demonstration.goods import Goods
from marketplace.demonstration.money import who
from marketplace.demonstration.places import COUNTY, read_rows
from marketplace.demonstration.rows import Rows
from marketplace.hosts.queries import agencies_of, names_of
from marketplace.livestream.commands.offers import add_offer
from marketplace.livestream.commands.record import end_session, start_session
from marketplace.livestream.commands.sessions import pass_session, plan_session
from marketplace.livestream.queries.record import last_entry_id
from marketplace.livestream.rules.sessions import OfferWish, SessionWish, Talk

OPEN_PPM = 200_000
# What the two producers of the story pay the host of the story for some of their goods.
DIRECTED_PPM, EXCLUSIVE_PPM = 220_000, 250_000
BEGINS, LASTS = timedelta(hours=19, minutes=30), timedelta(hours=2)
MOST_GOODS = 8
LIMIT = 5


@dataclass(frozen=True)
class SessionCast:
    """Who sells what live. Goods by the part they play: `producer`, `other:tea` …"""

    official_id: int
    host_login: int
    host_id: int
    clerks: Mapping[int, int]
    goods: Mapping[str, Sequence[Goods]]
    # What links are signed with.
    key: str
    seed: int


def tell_of_sessions(session: Session, cast: SessionCast, now: datetime) -> list[Airing]:
    """Plans of all producers, and the sessions held so far, through the marketplace's own
    commands at the hours of then."""
    special = _offer_plans(session, cast, now)
    host = who(session, cast.host_login)
    airings = []
    for row in read_rows("sessions.csv"):
        day = day_of(now) - timedelta(days=int(row["days_ago"]))
        starts_at = start_of(day) + BEGINS
        goods = _goods_of(cast, row, starts_at)
        if not goods:
            continue
        rates = special if day.year == day_of(now).year else {}
        airings.append(_hold(session, cast, host, (row, starts_at, goods), rates))
    _count_clicks(session, cast, airings)
    return airings


def plan_the_next(session: Session, cast: SessionCast, now: datetime) -> None:
    """Tomorrow evening: a limit per person, and a commission that the producer must agree to."""
    starts_at = start_of(day_of(now) + timedelta(days=1)) + BEGINS
    host = who(session, cast.host_login)
    wish = SessionWish("小雪暖锅专场", starts_at, starts_at + LASTS)
    live = plan_session(session, host, (cast.host_id, COUNTY), wish, now)
    for place, goods in enumerate([*cast.goods["producer"][:4], *cast.goods["other:noodles"][:2]]):
        talk = Talk(LIMIT if place == 0 else None, 15, "先看今天的菇,再下锅。")
        rate_ppm = 280_000 if place == 1 else 180_000
        wanted = OfferWish(goods.product_id, rate_ppm, talk)
        add_offer(session, host, live.id, wanted, key=cast.key, now=now)


def _offer_plans(session: Session, cast: SessionCast, now: datetime) -> dict[int, int]:
    """For every year an open plan of each producer, and this year some for the host alone. What
    those pay, by product."""
    rows, today = Rows(session), day_of(now)
    years = range(today.year - 2, today.year + 2)
    for producer_id, clerk_id in sorted(cast.clerks.items()):
        for year in years:
            _add_plan(rows, (producer_id, None), ("OPEN", None, OPEN_PPM), year, clerk_id)
    special = {}
    for part, kind, rate_ppm in (
        ("producer", "DIRECTED", DIRECTED_PPM),
        ("producer2", "EXCLUSIVE", EXCLUSIVE_PPM),
    ):
        for goods in cast.goods[part][:2]:
            producer_id = goods.maker.producer_id
            terms = (kind, cast.host_id, rate_ppm)
            place = (producer_id, goods.product_id)
            _add_plan(rows, place, terms, today.year, cast.clerks[producer_id])
            special[goods.product_id] = rate_ppm
    rows.write()
    return special


def _add_plan(
    rows: Rows,
    place: tuple[int, int | None],
    terms: tuple[str, int | None, int],
    year: int,
    clerk_id: int,
) -> None:
    (producer_id, product_id), (kind, host_id, rate_ppm) = place, terms
    rows.add_with_id(
        "commission_plan",
        producer_id=producer_id,
        product_id=product_id,
        kind=kind,
        host_id=host_id,
        rate_ppm=rate_ppm,
        from_on=date(year, 1, 1),
        until_on=date(year, 12, 31),
        offered_by=clerk_id,
        offered_at=start_of(date(year, 1, 1)),
    )


def _goods_of(cast: SessionCast, row: Mapping[str, str], starts_at: datetime) -> list[Goods]:
    """What is on the table: of the story's producers everything, else a choice."""
    parts = row["goods"].split(" ")
    known = [
        goods
        for part in parts
        for goods in cast.goods.get(part, cast.goods.get(f"other:{part}", ()))
        if goods.published_at < starts_at - timedelta(days=4)
    ]
    if parts[0] in cast.goods:
        return known
    chosen = some(dice(cast.seed, "session", row["title"]), known, MOST_GOODS)
    return sorted(chosen, key=lambda goods: goods.product_id)


def _hold(
    session: Session,
    cast: SessionCast,
    host: Identity,
    what: tuple[Mapping[str, str], datetime, Sequence[Goods]],
    rates: Mapping[int, int],
) -> Airing:
    """Planned three days ahead, looked at where the county did not trust the host yet, held."""
    row, starts_at, goods = what
    planned_at, ended_at = starts_at - timedelta(days=3), starts_at + LASTS
    wish = SessionWish(row["title"], starts_at, ended_at)
    live = plan_session(session, host, (cast.host_id, COUNTY), wish, planned_at)
    for one in goods:
        rate_ppm = rates.get(one.product_id, OPEN_PPM)
        wanted = OfferWish(one.product_id, rate_ppm, Talk(None, 12, row["words"]))
        add_offer(session, host, live.id, wanted, key=cast.key, now=planned_at)
    if live.check_state == "WAITING":
        seen = last_entry_id(session, live.id)
        official = who(session, cast.official_id)
        pass_session(session, official, live.id, seen, starts_at - timedelta(days=2))
    start_session(session, host, live.id, starts_at)
    end_session(session, host, live.id, ended_at)
    agencies = agencies_of(session, [cast.host_id], day_of(starts_at))
    return Airing(
        session_id=live.id,
        title=row["title"],
        host_id=cast.host_id,
        host_name=names_of(session, [cast.host_id])[cast.host_id],
        agency=agencies.get(cast.host_id),
        started_at=starts_at,
        ended_at=ended_at,
        goods=goods,
        offers=dict(_offers_of(session, live.id)),
    )


def _offers_of(session: Session, session_id: int) -> Iterator[tuple[int, Offered]]:
    offer, link = Base.metadata.tables["session_offer"], Base.metadata.tables["short_link"]
    rows = session.execute(
        select(offer.c.product_id, offer.c.id, link.c.id, offer.c.rate_ppm)
        .join(link, link.c.offer_id == offer.c.id)
        .where(offer.c.session_id == session_id)
        .order_by(offer.c.id)
    )
    for product_id, offer_id, link_id, rate_ppm in rows:
        yield product_id, Offered(offer_id, link_id, rate_ppm)


def _count_clicks(session: Session, cast: SessionCast, airings: Sequence[Airing]) -> None:
    """How often each link was followed while it was shown and in the hour after."""
    rows = Rows(session)
    for airing in airings:
        chance = dice(cast.seed, "clicks", airing.title)
        first = int(airing.started_at.timestamp()) // 3600
        for offered in airing.offers.values():
            for hour in range(first, first + 4):
                clicks, left_out = chance.randint(8, 90), chance.randint(0, 6)
                key = (offered.link_id, hour)
                rows.add_up("link_total", key, clicks, left_out)
    rows.write()
