"""Reads of notices: the bell, the inbox, and what people have chosen."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from marketplace.core.paging import Page, PageRequest, in_parts
from marketplace.core.personal import PersonalData, rows_of
from marketplace.notices.models import Notice, NoticeHours, NoticePreference
from marketplace.notices.rules import (
    Habits,
    Mail,
    OpenNotice,
    QuietHours,
    Topic,
    about,
    kinds_of,
    topic_of,
)

# Of some notices, the ids of those whose matter still waits. Features above know; each gives
# one for its kinds. It costs a statement or two, however many notices it is asked about.
Check = Callable[[Session, Sequence[OpenNotice], datetime], Collection[int]]
Checks = Mapping[str, Check]


def while_true(key: InstrumentedAttribute[int], holds: ColumnElement[bool]) -> Check:
    """A check of notices about rows of one table: they wait for as long as this is true."""

    def still(session: Session, notices: Sequence[OpenNotice], _now: datetime) -> set[int]:
        wanted = select(key).where(key.in_({one.object_id for one in notices}), holds)
        return about(notices, set(session.scalars(wanted)))

    return still


# The bell counts no further: beyond it says 99+.
MOST_COUNTED = 100
PEOPLE_AT_ONCE = 500


@dataclass(frozen=True)
class NoticeRow:
    """A notice as the inbox shows it; its words are made in the reader's language."""

    id: int
    kind: str
    params: Mapping[str, Any]
    created_at: datetime
    read_at: datetime | None
    done_at: datetime | None

    @property
    def topic(self) -> Topic:
        return topic_of(self.kind)


def _new_of(person_id: int) -> tuple[ColumnElement[bool], ...]:
    return (Notice.person_id == person_id, Notice.in_inbox.is_(True), Notice.is_new.is_(True))


def count_new(session: Session, person_id: int) -> int:
    """How many notices are neither read nor settled, up to a hundred: one look into an index."""
    some = select(Notice.id).where(*_new_of(person_id)).limit(MOST_COUNTED).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def count_by_topic(session: Session, person_id: int) -> dict[Topic, tuple[int, int]]:
    """(all, new) of a person's inbox by topic, for topics that have any."""
    mine = (Notice.person_id == person_id, Notice.in_inbox.is_(True))
    rows = session.execute(
        select(Notice.kind, Notice.is_new, func.count())
        .where(*mine)
        .group_by(Notice.kind, Notice.is_new)
    )
    counts: dict[Topic, tuple[int, int]] = {}
    for kind, is_new, number in rows:
        total, new = counts.get(topic_of(kind), (0, 0))
        counts[topic_of(kind)] = (total + number, new + (number if is_new else 0))
    return counts


def list_notices(
    session: Session, person_id: int, topic: Topic | None, page: PageRequest
) -> Page[NoticeRow]:
    """A person's inbox: what is new first, then the newest."""
    wanted = [Notice.person_id == person_id, Notice.in_inbox.is_(True), *of_topic(topic)]
    total = session.scalar(select(func.count()).select_from(Notice).where(*wanted)) or 0
    columns = (getattr(Notice, name) for name in NoticeRow.__dataclass_fields__)
    rows = session.execute(
        select(*columns)
        .where(*wanted)
        .order_by(Notice.is_new.desc(), Notice.id.desc())
        .offset(page.offset)
        .limit(page.per_page)
    )
    return Page([NoticeRow(*tuple(row)) for row in rows], page.page, page.per_page, total)


def of_topic(topic: Topic | None) -> list[ColumnElement[bool]]:
    """The condition that a notice is of a topic; none where all are meant."""
    if topic is None:
        return []
    if topic != topic_of(""):
        return [Notice.kind.in_(kinds_of(topic))]
    # Beside its own kinds this one holds those that the program does not know.
    others = [kind for other in Topic if other != topic for kind in kinds_of(other)]
    return [Notice.kind.not_in(others)]


def newest_id(session: Session, person_id: int) -> int:
    """The latest notice there is, so that one that comes meanwhile is not read unseen."""
    return session.scalar(select(func.max(Notice.id)).where(Notice.person_id == person_id)) or 0


def habits_of(session: Session, person_ids: Collection[int]) -> dict[int, Habits]:
    """What people have chosen, in two statements for five hundred of them."""
    mails: dict[int, dict[Topic, Mail]] = {}
    hidden: dict[int, set[Topic]] = {}
    hours: dict[int, QuietHours] = {}
    for few in in_parts(sorted(set(person_ids)), PEOPLE_AT_ONCE):
        # Tomorrow's program, which runs beside this one while it is brought in, may know more.
        known = (NoticePreference.person_id.in_(few), NoticePreference.topic.in_(list(Topic)))
        for chosen in session.scalars(select(NoticePreference).where(*known)):
            mails.setdefault(chosen.person_id, {})[Topic(chosen.topic)] = Mail(chosen.mail)
            if not chosen.in_inbox:
                hidden.setdefault(chosen.person_id, set()).add(Topic(chosen.topic))
        for one in session.scalars(select(NoticeHours).where(NoticeHours.person_id.in_(few))):
            hours[one.person_id] = QuietHours(one.begins, one.ends, one.weekends)
    return {
        person_id: Habits(
            mails.get(person_id, {}),
            frozenset(hidden.get(person_id, ())),
            hours.get(person_id, QuietHours()),
        )
        for person_id in person_ids
    }


def personal_data(session: Session, person_id: int) -> PersonalData:
    """What a person was told, and how they chose to be told."""
    told = (Notice.created_at, Notice.kind, Notice.params, Notice.address, Notice.read_at)
    chosen = (NoticePreference.topic, NoticePreference.mail, NoticePreference.in_inbox)
    hours = (NoticeHours.begins, NoticeHours.ends, NoticeHours.weekends)
    of = (Notice.person_id, NoticePreference.person_id, NoticeHours.person_id)
    return {
        "notices": rows_of(session, select(*told).where(of[0] == person_id).order_by(Notice.id)),
        "notice_choices": rows_of(session, select(*chosen).where(of[1] == person_id)),
        "notice_hours": rows_of(session, select(*hours).where(of[2] == person_id)),
    }
