"""Announcements are made, reworded and taken down by the operations centre."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.announcements.models import Announcement
from marketplace.announcements.queries import get_announcement
from marketplace.announcements.rules import (
    AnnouncementWithdrawn,
    GivenAnnouncement,
    require_writer,
    wrong_announcement,
)
from marketplace.audit.commands import record
from marketplace.core.clock import day_of
from marketplace.core.errors import InvalidInput
from marketplace.core.identity import Identity


def announce(
    session: Session, identity: Identity, county: str, given: GivenAnnouncement, now: datetime
) -> Announcement:
    """Says something to an audience. Raises Forbidden, InvalidInput."""
    _require(identity, given, now)
    made = Announcement(county_code=county, made_by=identity.person_id, made_at=now, **vars(given))
    session.add(made)
    session.flush()
    _leave_a_trail(session, made, (identity, "announcement.made"), now)
    return made


def reword(
    session: Session,
    identity: Identity,
    place: tuple[str, int],
    given: GivenAnnouncement,
    now: datetime,
) -> Announcement:
    """Says it in other words, to others or for another time; `place` is (county, id)."""
    _require(identity, given, now)
    found = _standing(session, place)
    before = _facts(found)
    for name, value in vars(given).items():
        setattr(found, name, value)
    found.changed_at = now
    session.flush()
    _leave_a_trail(session, found, (identity, "announcement.reworded"), now, **before)
    return found


def take_down(
    session: Session, identity: Identity, place: tuple[str, int], reason: str, now: datetime
) -> Announcement:
    """Nobody reads it from now on; the trail and the desk still know it. A second time changes
    nothing."""
    require_writer(identity)
    found = get_announcement(session, *place)
    if found.withdrawn_at is not None:
        return found
    found.withdrawn_at, found.withdrawn_by, found.reason = now, identity.person_id, reason
    session.flush()
    _leave_a_trail(session, found, (identity, "announcement.taken_down"), now)
    return found


def _require(identity: Identity, given: GivenAnnouncement, now: datetime) -> None:
    require_writer(identity)
    errors = wrong_announcement(given, day_of(now))
    if errors:
        raise InvalidInput(*errors)


def _standing(session: Session, place: tuple[str, int]) -> Announcement:
    found = get_announcement(session, *place)
    if found.withdrawn_at is not None:
        raise AnnouncementWithdrawn
    return found


def _facts(one: Announcement) -> dict[str, Any]:
    return {
        "audience": one.audience,
        "title": one.title,
        "words": one.words,
        "from_on": one.from_on.isoformat(),
        "until_on": one.until_on.isoformat(),
        "is_pinned": one.is_pinned,
        "reason": one.reason,
    }


def _leave_a_trail(
    session: Session, one: Announcement, did: tuple[Identity, str], now: datetime, **before: Any
) -> None:
    """Who did it and what, with what was said before, where anything was."""
    identity, action = did
    record(
        session,
        now,
        actor_id=identity.person_id,
        action=action,
        object_kind="announcement",
        object_id=one.id,
        before=before or None,
        after=_facts(one),
    )
