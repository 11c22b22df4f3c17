"""Whether what a notice asks for still waits: asked of those who know, and written down."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from marketplace.notices.models import Notice
from marketplace.notices.queries import Check, Checks
from marketplace.notices.rules import OpenNotice
from marketplace.notices.rules.kinds import kind_of

AT_ONCE = 300


def settle_what_is_done(
    session: Session, notices: Sequence[Notice], checks: Checks, now: datetime
) -> list[Notice]:
    """Settles those whose matter is done, and returns the others. The rows are locked already."""
    waiting = _still_waiting(session, notices, checks, now)
    for notice in notices:
        if notice.look_at is not None and notice.id not in waiting:
            notice.done_at = now
            notice.look_at = notice.digest_at = None
            notice.is_new = False
    return [notice for notice in notices if notice.done_at is None]


def _still_waiting(
    session: Session, notices: Sequence[Notice], checks: Checks, now: datetime
) -> set[int]:
    """Those that still wait; a kind that nobody can tell of waits until it is read."""
    by_check: dict[Check, list[OpenNotice]] = {}
    waiting: set[int] = set()
    for notice in notices:
        check = checks.get(notice.kind)
        if check is None or notice.look_at is None:
            waiting.add(notice.id)
            continue
        open_notice = OpenNotice(
            notice.id, notice.person_id, notice.kind, notice.object_id, notice.params
        )
        by_check.setdefault(check, []).append(open_notice)
    for check, some in by_check.items():
        waiting.update(check(session, some, now))
    return waiting


def look_again(session: Session, checks: Checks, now: datetime) -> int:
    """Looks at those that are due to be looked at, the longest waiting first; how many."""
    due = (
        select(Notice)
        .where(Notice.look_at <= now)
        .order_by(Notice.look_at, Notice.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    notices = session.scalars(due).all()
    for notice in settle_what_is_done(session, notices, checks, now):
        every = kind_of(notice.kind).looked_at
        notice.look_at = now + every if every else None
    session.flush()
    return len(notices)


def look_at(
    session: Session, objects: Collection[tuple[str, int]], checks: Checks, now: datetime
) -> None:
    """Looks at everything open about some objects, as something has just happened to them."""
    touches = or_(
        *(and_(Notice.object_kind == kind, Notice.object_id == number) for kind, number in objects)
    )
    notices = session.scalars(
        select(Notice)
        .where(touches, Notice.look_at.is_not(None))
        .order_by(Notice.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    settle_what_is_done(session, notices, checks, now)
    session.flush()
