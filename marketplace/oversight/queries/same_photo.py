"""The same photograph in several acceptances, or in offline purchases."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import CTE, Row, func, literal, select, union_all
from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.offline.queries.seen import OFFLINE_PHOTOS
from marketplace.ordering.queries.seen import ACCEPTANCE_PHOTOS, ORDERS_SEEN
from marketplace.oversight.queries.refs import orders, refs_of
from marketplace.oversight.rules.flags import Flag, OrderRef, Span
from marketplace.oversight.rules.kinds import Thresholds
from marketplace.uploads.queries import UPLOAD_MARKS

marks = UPLOAD_MARKS.c


def find_same_photo(session: Session, thresholds: Thresholds, span: Span) -> Iterator[Flag]:
    """A photograph that came in this time and is the same file as that of another delivery,
    byte by byte."""
    photo = _photos()
    came = (
        select(marks.sha256)
        .where(marks.uploaded_at >= span.since, marks.uploaded_at < span.until)
        .intersect(select(photo.c.sha256))
    )
    # A delivery is one, however often its photograph was handed in.
    first = func.min(photo.c.uploaded_at).label("uploaded_at")
    whose = (photo.c.sha256, photo.c.kind, photo.c.id, photo.c.unit_id, photo.c.producer_id)
    once = (
        select(*whose, first, func.min(photo.c.upload_id).label("upload_id"))
        .where(photo.c.sha256.in_(came), photo.c.uploaded_at < span.until)
        .group_by(*whose)
        .cte("once")
    )
    number = func.count().over(partition_by=once.c.sha256)
    counted = select(once, number.label("number")).cte("counted")
    rows = session.execute(
        select(counted)
        .where(counted.c.number >= thresholds["orders"])
        .order_by(counted.c.sha256, counted.c.uploaded_at, counted.c.kind, counted.c.id)
    ).all()
    refs = refs_of(session, [row.id for row in rows if row.kind == "order"])
    for _sha, group in groupby(rows, key=lambda row: row.sha256):
        found = list(group)
        for row in found[1:]:
            if row.uploaded_at >= span.since:
                yield _flag(row, found, refs)


def _photos() -> CTE:
    """Photographs of both ways to receive goods, with the hash of the file."""
    taken, offline = ACCEPTANCE_PHOTOS.c, OFFLINE_PHOTOS.c
    same = (marks.sha256, marks.uploaded_at, marks.id.label("upload_id"))
    accepted = (
        select(literal("order").label("kind"), orders.id, orders.unit_id, orders.producer_id, *same)
        .select_from(ORDERS_SEEN)
        .join(ACCEPTANCE_PHOTOS, taken.order_id == orders.id)
        .join(UPLOAD_MARKS, marks.id == taken.upload_id)
    )
    bought = select(
        literal("offline"), offline.offline_id, offline.unit_id, offline.producer_id, *same
    ).join(UPLOAD_MARKS, marks.id == offline.upload_id)
    return union_all(accepted, bought).cte("photos")


def _flag(
    row: Row[*tuple[Any, ...]],
    group: list[Row[*tuple[Any, ...]]],
    refs: dict[int, OrderRef],
) -> Flag:
    return Flag(
        key=f"{row.kind}:{row.id}/photo:{row.sha256[:32]}",
        subject=(row.kind, row.id),
        happened_on=day_of(row.uploaded_at),
        unit_id=row.unit_id,
        producer_id=row.producer_id,
        figures={"deliveries": len(group), "first_on": day_of(group[0].uploaded_at).isoformat()},
        orders=[refs[one.id] for one in group if one.kind == "order" and one.id in refs],
        things={"offline": [one.id for one in group if one.kind == "offline"]},
    )
