"""Sessions and their clicks as tables and sums, for boards and reports above."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.orm import Session

from marketplace.core.areas import code_in_area
from marketplace.core.clock import start_of
from marketplace.livestream.models import LinkTotal, LiveSession, SessionEntry, ShortLink


@dataclass(frozen=True)
class Held:
    """A session that was held, or is."""

    id: int
    host_id: int
    title: str
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class Clicks:
    """Clicks of people on links, and those that were no person's."""

    people: int = 0
    left_out: int = 0


@dataclass(frozen=True)
class LinkRow:
    """A link of a session with its clicks."""

    code: str
    product_id: int
    created_at: datetime
    clicks: int
    left_out: int


def newest_entry(session_id: ColumnElement[int]) -> ScalarSelect[int]:
    """The newest entry of a session's record, 0 where there is none."""
    newest = func.coalesce(func.max(SessionEntry.id), 0)
    return select(newest).where(SessionEntry.session_id == session_id).scalar_subquery()


def list_held(
    session: Session,
    first: date,
    last: date,
    host_ids: Collection[int] | None = None,
    *,
    area: str = "",
) -> list[Held]:
    """Sessions started between two days in China, of some hosts or of all, the latest first;
    of an area those that its counties look at."""
    row = LiveSession
    until = start_of(date.fromordinal(last.toordinal() + 1))
    wanted = (
        select(row.id, row.host_id, row.title, row.started_at, row.ended_at)
        .where(row.started_at >= start_of(first), row.started_at < until)
        .where(*code_in_area(row.county_code, area))
        .order_by(row.started_at.desc(), row.id.desc())
    )
    if host_ids is not None:
        wanted = wanted.where(row.host_id.in_(host_ids))
    return [_held(found) for found in session.execute(wanted)]


def _held(row: Any) -> Held:
    return Held(*row)


def clicks_in_sessions(
    session: Session, session_ids: Collection[int]
) -> dict[tuple[int, int], Clicks]:
    """(session, product) → clicks on its link."""
    rows = session.execute(
        select(
            ShortLink.session_id,
            ShortLink.product_id,
            func.sum(LinkTotal.clicks),
            func.sum(LinkTotal.left_out),
        )
        .join(LinkTotal, LinkTotal.link_id == ShortLink.id)
        .where(ShortLink.session_id.in_(session_ids))
        .group_by(ShortLink.session_id, ShortLink.product_id)
    )
    return {(row[0], row[1]): Clicks(int(row[2]), int(row[3])) for row in rows}


def links_of_session(session: Session, session_id: int) -> list[LinkRow]:
    """Every link of a session, in the order they were made."""
    clicks, left_out = (
        func.coalesce(func.sum(column), 0) for column in (LinkTotal.clicks, LinkTotal.left_out)
    )
    rows = session.execute(
        select(ShortLink.code, ShortLink.product_id, ShortLink.created_at, clicks, left_out)
        .outerjoin(LinkTotal, LinkTotal.link_id == ShortLink.id)
        .where(ShortLink.session_id == session_id)
        .group_by(ShortLink.id, ShortLink.code, ShortLink.product_id, ShortLink.created_at)
        .order_by(ShortLink.id)
    )
    return [LinkRow(row[0], row[1], row[2], int(row[3]), int(row[4])) for row in rows]
