"""A person's own inbox: reading, and choosing how to be told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.core.db import Base, insert_into
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.notices.models import Notice, NoticeHours, NoticePreference
from marketplace.notices.queries import of_topic
from marketplace.notices.rules import TOPICS, Habits, Topic, topic_of


def mark_read(session: Session, identity: Identity, notice_id: int, now: datetime) -> Notice:
    """Notes that a person has read a notice of theirs. Raises NotFound for anybody else's."""
    notice = session.scalars(
        select(Notice)
        .where(Notice.id == notice_id, Notice.person_id == identity.person_id)
        .with_for_update()
    ).one_or_none()
    if notice is None:
        raise NotFound
    notice.read_at = notice.read_at or now
    notice.is_new = False
    session.flush()
    return notice


def mark_all_read(
    session: Session, identity: Identity, topic: Topic | None, until_id: int, now: datetime
) -> int:
    """Notes that everything (of a topic) was read that the person had before them.

    What came after the page was drawn stays new. Returns how many there were.
    """
    seen = [
        Notice.person_id == identity.person_id,
        Notice.in_inbox.is_(True),
        Notice.is_new.is_(True),
        Notice.id <= until_id,
        *of_topic(topic),
    ]
    # Locked in one order, like everyone who takes several notices at once.
    rows = select(Notice.id).where(*seen).order_by(Notice.id).with_for_update()
    read = session.execute(
        update(Notice)
        .where(Notice.id.in_(rows))
        .values(read_at=now, is_new=False)
        .returning(Notice.id)
        .execution_options(synchronize_session=False)
    )
    return len(read.all())


def choose_habits(session: Session, identity: Identity, habits: Habits, now: datetime) -> None:
    """Keeps how a person wants to be told; what was already collected follows the new choice."""
    person_id, hours = identity.person_id, habits.hours
    for topic in TOPICS:
        chosen = {"mail": habits.mail_of(topic), "in_inbox": habits.shows(topic)}
        _keep(session, NoticePreference, {"person_id": person_id, "topic": topic}, chosen)
    times = {"begins": hours.begins, "ends": hours.ends, "weekends": hours.weekends}
    _keep(session, NoticeHours, {"person_id": person_id}, times)
    _move_collected(session, person_id, habits, now)
    session.flush()


def _keep(
    session: Session, table: type[Base], keys: Mapping[str, Any], chosen: Mapping[str, Any]
) -> None:
    """The same form sent twice at once is kept once."""
    statement = insert_into(session, table).values(**keys, **chosen)
    session.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=chosen))


def _move_collected(session: Session, person_id: int, habits: Habits, now: datetime) -> None:
    collected = session.scalars(
        select(Notice)
        .where(Notice.person_id == person_id, Notice.digest_at.is_not(None))
        .order_by(Notice.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for notice in collected:
        notice.digest_at = habits.leaves_at(topic_of(notice.kind), now)
