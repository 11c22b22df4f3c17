"""Telling people: a notice each, once, and a letter when they want it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts.rules.addresses import own_path
from marketplace.core.db import insert_into
from marketplace.core.paging import in_parts
from marketplace.notices.models import Notice
from marketplace.notices.queries import habits_of
from marketplace.notices.rules import Habits, Mail, Tiding
from marketplace.notices.rules.kinds import kind_of
from marketplace.outbox.commands import put

MAIL_NOTICE_JOB = "notices.mail"
AT_ONCE = 500


def tell_people(session: Session, tidings: Collection[Tiding], now: datetime) -> int:
    """Tells each person each thing once, however often it is told. Returns how many were new.

    Who is told and what it is about is the caller's to say; whether it is shown and when it is
    mailed is the person's own choice.
    """
    habits = habits_of(session, {tiding.person_id for tiding in tidings})
    # In one order, so that two who tell the same people wait for each other and never in a circle.
    by_key = {one.effect_key: one for one in tidings if _is_wanted(one, habits[one.person_id])}
    written = 0
    for few in in_parts(sorted(by_key), AT_ONCE):
        rows = [_row(by_key[key], habits[by_key[key].person_id], now) for key in few]
        statement = insert_into(session, Notice).values(rows)
        statement = statement.on_conflict_do_nothing(index_elements=["effect_key"])
        for notice_id, key in session.execute(
            statement.returning(Notice.id, Notice.effect_key)
        ).all():
            written += 1
            _ask_for_mail(session, notice_id, by_key[key], habits[by_key[key].person_id], now)
    return written


def _is_wanted(tiding: Tiding, habits: Habits) -> bool:
    topic = kind_of(tiding.kind).topic
    return habits.shows(topic) or habits.mail_of(topic) != Mail.NEVER


def _row(tiding: Tiding, habits: Habits, now: datetime) -> Mapping[str, Any]:
    kind = kind_of(tiding.kind)
    assert own_path(tiding.address), tiding.address
    is_collected = habits.mail_of(kind.topic) in (Mail.DAILY, Mail.WEEKLY)
    return {
        "person_id": tiding.person_id,
        "kind": tiding.kind,
        "params": dict(tiding.params),
        "object_kind": tiding.object_kind,
        "object_id": tiding.object_id,
        "address": tiding.address,
        "effect_key": tiding.effect_key,
        "created_at": now,
        "in_inbox": habits.shows(kind.topic),
        "is_new": True,
        "look_at": now + kind.looked_at if kind.looked_at else None,
        "digest_at": habits.leaves_at(kind.topic, now) if is_collected else None,
    }


def _ask_for_mail(
    session: Session, notice_id: int, tiding: Tiding, habits: Habits, now: datetime
) -> None:
    """What leaves at once is looked at once more when it leaves: it may be settled by then."""
    topic = kind_of(tiding.kind).topic
    if habits.mail_of(topic) == Mail.AT_ONCE:
        put(
            session,
            MAIL_NOTICE_JOB,
            {"notice_id": notice_id},
            effect_key=f"{MAIL_NOTICE_JOB}:{tiding.effect_key}",
            now=now,
            not_before=habits.leaves_at(topic, now),
        )
