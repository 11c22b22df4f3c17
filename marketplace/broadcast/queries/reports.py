"""Reports of sessions: what was clicked, ordered, sent back, recognised and earned."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from marketplace.attribution.queries.sessions import sales_of_villages, villages_in_sessions
from marketplace.broadcast.rules.report import By, Fact, Row, Sums, rows_of, total_of
from marketplace.catalogue.queries import list_names
from marketplace.commission.queries.sessions import (
    EarnedSum,
    earned_in_sessions,
    sales_of_sessions,
)
from marketplace.geography.queries import places_of
from marketplace.hosts.queries import names_of as host_names
from marketplace.livestream.queries.figures import Clicks, Held, clicks_in_sessions, list_held
from marketplace.livestream.queries.sessions import SessionView, offers_of
from marketplace.livestream.rules.claims import Outcome
from marketplace.ordering.queries.worth import WORTH

_SALES = sales_of_sessions().subquery("sales")
_STANDS = WORTH.c.sold_fen > 0
_IS_LINK = _SALES.c.outcome == Outcome.LINK


@dataclass(frozen=True)
class ReportWish:
    """Sessions that were started between two days, of some hosts or of all."""

    by: By
    first: date
    last: date
    host_ids: frozenset[int] | None = None
    area: str = ""


@dataclass(frozen=True)
class Report:
    """Rows, the greatest first, and everything in one row."""

    rows: Sequence[Row]
    total: Row
    sessions: int


def read_report(session: Session, wish: ReportWish) -> Report:
    """The report of the sessions wished for."""
    held = list_held(session, wish.first, wish.last, wish.host_ids, area=wish.area)
    return report_of(session, held, wish.by)


def held_of(view: SessionView) -> list[Held]:
    """One session, as reports take them; none where it was never held."""
    if view.started_at is None:
        return []
    return [Held(view.id, view.host_id, view.title, view.started_at, view.ended_at)]


def report_of(session: Session, held: Sequence[Held], by: By) -> Report:
    """The report of these sessions."""
    ids = [one.id for one in held]
    facts, orders = _facts(session, held), _orders(session, ids)
    if by is By.VILLAGE:
        rows = _by_village(session, ids)
    else:
        rows = _named(session, rows_of(facts, by, orders), by, held)
    return Report(rows, total_of(facts, orders), len(held))


def _facts(session: Session, held: Sequence[Held]) -> list[Fact]:
    """Every product that was offered or sold in the sessions."""
    ids = [one.id for one in held]
    sold, clicks = _sold(session, ids), clicks_in_sessions(session, ids)
    earned, villages = earned_in_sessions(session, ids), _villages(session, ids)
    offered = {(offer.session_id, offer.product_id) for offer in offers_of(session, ids)}
    places = {one.id: one for one in held}
    return [
        Fact(
            session_id=key[0],
            host_id=places[key[0]].host_id,
            started_at=places[key[0]].started_at,
            product_id=key[1],
            sums=_whole(sold.get(key, Sums()), clicks.get(key), earned.get(key)),
            villages=frozenset(villages.get(key, ())),
        )
        for key in sorted({*sold, *clicks, *earned, *offered})
    ]


def _whole(sold: Sums, clicks: Clicks | None, earned: EarnedSum | None) -> Sums:
    clicks, earned = clicks or Clicks(), earned or EarnedSum()
    return replace(
        sold,
        clicks=clicks.people,
        left_out=clicks.left_out,
        recognised_fen=earned.base_fen,
        host_fen=earned.host_fen,
        agency_fen=earned.agency_fen,
    )


def _sold(session: Session, ids: Collection[int]) -> dict[tuple[int, int], Sums]:
    keys = (_SALES.c.session_id, WORTH.c.product_id)
    delivered = case((WORTH.c.sold_fen > 0, WORTH.c.accepted_fen), else_=0) + WORTH.c.rejected_fen
    rows = session.execute(
        select(
            *keys,
            func.count(case((_STANDS, WORTH.c.order_id)).distinct()),
            func.count(case((_STANDS & _IS_LINK, WORTH.c.order_id)).distinct()),
            func.sum(WORTH.c.packs),
            func.sum(WORTH.c.ordered_fen),
            func.sum(WORTH.c.worth_fen),
            func.sum(delivered),
            func.sum(WORTH.c.rejected_fen + WORTH.c.refunded_fen),
        )
        .select_from(_SALES)
        .join(WORTH, WORTH.c.line_id == _SALES.c.order_line_id)
        .where(_SALES.c.session_id.in_(ids))
        .group_by(*keys)
    )
    names = (
        *("orders", "by_link", "packs", "ordered_fen"),
        *("worth_fen", "delivered_fen", "returned_fen"),
    )
    return {
        (row[0], row[1]): Sums(**dict(zip(names, map(int, row[2:]), strict=True))) for row in rows
    }


def _orders(session: Session, ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Session → its orders, and those of them whose buyer came by a link."""
    rows = session.execute(
        select(
            _SALES.c.session_id,
            func.count(WORTH.c.order_id.distinct()),
            func.count(case((_IS_LINK, WORTH.c.order_id)).distinct()),
        )
        .select_from(_SALES)
        .join(WORTH, WORTH.c.line_id == _SALES.c.order_line_id)
        .where(_SALES.c.session_id.in_(ids), _STANDS)
        .group_by(_SALES.c.session_id)
    )
    found = {row[0]: (int(row[1]), int(row[2])) for row in rows}
    return {session_id: found.get(session_id, (0, 0)) for session_id in ids}


def _villages(session: Session, ids: Collection[int]) -> Mapping[tuple[int, int], set[str]]:
    found: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
    for part in villages_in_sessions(session, ids):
        found[part.session_id, part.product_id].add(part.village_code)
    return found


def _by_village(session: Session, ids: Collection[int]) -> list[Row]:
    """Villages have what the books say of them: nobody clicks on a village."""
    parts = sales_of_villages(session, ids)
    places = places_of(session, [part.part_key for part in parts])
    return [
        Row(
            part.part_key,
            Sums(orders=part.orders, recognised_fen=part.amount_fen),
            frozenset({part.part_key}),
            _place(places.get(part.part_key), part.part_key),
        )
        for part in parts
    ]


def _place(place: object, code: str) -> str:
    name, township = getattr(place, "name", code), getattr(place, "township_name", "")
    return f"{township} {name}".strip()


def _named(session: Session, rows: Sequence[Row], by: By, held: Sequence[Held]) -> list[Row]:
    names: Mapping[str, str] = {}
    if by is By.HOST:
        found = host_names(session, [int(row.key) for row in rows])
        names = {str(host_id): name for host_id, name in found.items()}
    elif by is By.SESSION:
        names = {str(one.id): one.title for one in held}
    elif by is By.PRODUCT:
        goods = list_names(session, [int(row.key) for row in rows])
        names = {str(product_id): good.name for product_id, good in goods.items()}
    return [replace(row, name=names.get(row.key, row.key)) for row in rows]
