"""The letter about one notice, looked at once more as it leaves."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import load_identity
from marketplace.notices.commands.settle import settle_what_is_done
from marketplace.notices.commands.tell import MAIL_NOTICE_JOB
from marketplace.notices.models import Notice
from marketplace.notices.queries import Checks, habits_of
from marketplace.notices.rules import Mail, topic_of
from marketplace.notices.rules.words import Line, letter_of
from marketplace.outbox.commands import put, put_letter
from marketplace.outbox.rules import Letter


@dataclass(frozen=True)
class Post:
    """What letters need: who knows whether a matter still waits, and where the site stands."""

    checks: Checks
    home: str


def mail_notice(session: Session, notice_id: int, post: Post, now: datetime) -> bool:
    """Writes the letter about a notice, unless it is read, settled or no longer wanted.

    In quiet hours (they may have changed, or the worker was away) it waits for their end.
    """
    notice = session.scalars(
        select(Notice).where(Notice.id == notice_id).with_for_update()
    ).one_or_none()
    if notice is None or not _is_to_be_mailed(session, notice, post, now):
        return False
    habits = habits_of(session, [notice.person_id])[notice.person_id]
    topic = topic_of(notice.kind)
    leaves_at = habits.leaves_at(topic, now)
    if leaves_at is None:
        return False
    if habits.mail_of(topic) != Mail.AT_ONCE:
        notice.digest_at = leaves_at
        return False
    if leaves_at > now:
        _wait(session, notice, leaves_at, now)
        return False
    return _write(session, notice, post, now)


def _is_to_be_mailed(session: Session, notice: Notice, post: Post, now: datetime) -> bool:
    if notice.mailed_at or notice.digest_at or notice.read_at or notice.done_at:
        return False
    return bool(settle_what_is_done(session, [notice], post.checks, now))


def _wait(session: Session, notice: Notice, until: datetime, now: datetime) -> None:
    put(
        session,
        MAIL_NOTICE_JOB,
        {"notice_id": notice.id},
        effect_key=f"{MAIL_NOTICE_JOB}:{notice.id}:{until.isoformat()}",
        now=now,
        not_before=until,
    )


def _write(session: Session, notice: Notice, post: Post, now: datetime) -> bool:
    reader = load_identity(session, notice.person_id)
    if reader is None:
        return False
    line = Line(notice.kind, notice.params, notice.address)
    subject, body = letter_of(line, reader.locale, post.home)
    notice.mailed_at = now
    put_letter(session, Letter(notice.effect_key, reader.login, subject, body), now)
    session.flush()
    return True
