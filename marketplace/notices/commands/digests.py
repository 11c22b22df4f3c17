"""Digests: what was collected for a person leaves in one letter, each thing once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import load_identity
from marketplace.core.identity import Identity
from marketplace.notices.commands.mail import Post
from marketplace.notices.commands.settle import settle_what_is_done
from marketplace.notices.models import Notice
from marketplace.notices.queries import habits_of
from marketplace.notices.rules import Mail, awake_at, topic_of
from marketplace.notices.rules.words import Line, digest_of
from marketplace.outbox.commands import put_letter
from marketplace.outbox.rules import Letter

PEOPLE_AT_ONCE = 200
NOTICES_AT_ONCE = 1000


def send_digests(session: Session, post: Post, now: datetime) -> int:
    """Writes to some of the people whose digest is due. Returns how many letters there were."""
    due = select(Notice.person_id).where(Notice.digest_at <= now).distinct()
    people = session.scalars(due.order_by(Notice.person_id).limit(PEOPLE_AT_ONCE)).all()
    return sum(_write_to(session, person_id, post, now) for person_id in people)


def _write_to(session: Session, person_id: int, post: Post, now: datetime) -> bool:
    # Whoever comes second waits for these rows, and then finds that they are due no more.
    collected = session.scalars(
        select(Notice)
        .where(Notice.person_id == person_id, Notice.digest_at <= now)
        .order_by(Notice.id)
        .limit(NOTICES_AT_ONCE)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    habits = habits_of(session, [person_id])[person_id]
    awake = awake_at(habits.hours, now)
    for notice in collected:
        notice.digest_at = awake if awake > now else None
    session.flush()
    if awake > now:
        return False
    wanted = [one for one in collected if habits.mail_of(topic_of(one.kind)) != Mail.NEVER]
    unread = [one for one in wanted if one.read_at is None and one.done_at is None]
    told = settle_what_is_done(session, unread, post.checks, now)
    reader = load_identity(session, person_id)
    return bool(told and reader) and _write(session, reader, told, post, now)


def _write(
    session: Session, reader: Identity | None, told: Sequence[Notice], post: Post, now: datetime
) -> bool:
    assert reader is not None
    lines = [Line(notice.kind, notice.params, notice.address) for notice in told]
    subject, body = digest_of(lines, reader.locale, post.home)
    for notice in told:
        notice.mailed_at = now
    # A notice is in one digest only, so its last one names it.
    effect_key = f"digest:{reader.person_id}:{told[-1].id}"
    put_letter(session, Letter(effect_key, reader.login, subject, body), now)
    session.flush()
    return True
