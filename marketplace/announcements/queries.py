"""Reads of announcements."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from marketplace.announcements.models import Announcement
from marketplace.announcements.rules import ON_A_PAGE, Audience
from marketplace.core.errors import NotFound
from marketplace.core.paging import Page, PageRequest


def get_announcement(session: Session, county: str, announcement_id: int) -> Announcement:
    """The county's announcement. Raises NotFound."""
    found = session.get(Announcement, announcement_id)
    if found is None or found.county_code != county:
        raise NotFound
    return found


def get_readable(
    session: Session,
    county: str,
    announcement_id: int,
    audiences: Collection[Audience],
    day: date,
) -> Announcement:
    """What one of the audiences may read by now; over is no reason to hide it, taken down is."""
    found = get_announcement(session, county, announcement_id)
    if found.audience not in audiences or found.withdrawn_at or found.from_on > day:
        raise NotFound
    return found


def _of(county: str, audiences: Collection[Audience]) -> Select[Announcement]:
    return select(Announcement).where(
        Announcement.county_code == county,
        Announcement.audience.in_(audiences),
        Announcement.withdrawn_at.is_(None),
    )


def list_current(
    session: Session, county: str, audiences: Collection[Audience], day: date
) -> Sequence[Announcement]:
    """What stands above a page on a day: pinned ones first, then the newest."""
    return session.scalars(
        _of(county, audiences)
        .where(Announcement.from_on <= day, Announcement.until_on >= day)
        .order_by(
            Announcement.is_pinned.desc(), Announcement.from_on.desc(), Announcement.id.desc()
        )
        .limit(ON_A_PAGE)
    ).all()


def list_readable(
    session: Session, county: str, audiences: Collection[Audience], day: date, page: PageRequest
) -> Page[Announcement]:
    """Everything that was announced to somebody by a day, the newest first."""
    wanted = _of(county, audiences).where(Announcement.from_on <= day)
    return _page(session, wanted.order_by(Announcement.from_on.desc()), page)


def list_all(session: Session, county: str, page: PageRequest) -> Page[Announcement]:
    """For those who make them: also what comes and what was taken down."""
    wanted = select(Announcement).where(Announcement.county_code == county)
    return _page(session, wanted.order_by(Announcement.until_on.desc()), page)


def _page(session: Session, wanted: Select[Announcement], page: PageRequest) -> Page[Announcement]:
    total = session.scalar(select(func.count()).select_from(wanted.order_by(None).subquery())) or 0
    rows = session.scalars(
        wanted.order_by(Announcement.id.desc()).offset(page.offset).limit(page.per_page)
    ).all()
    return Page(rows, page.page, page.per_page, total)
