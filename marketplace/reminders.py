"""The jobs that tell people things: what happened, what waits, and the letters about it."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from marketplace.catalogue.commands.expiring import EXPIRING_JOB, remind_to_renew, tell_of_expiry
from marketplace.catalogue.queries import expiring
from marketplace.certification.commands import issue_due
from marketplace.certification.queries import waiting as recognitions
from marketplace.commission.queries import disputes
from marketplace.contractors.commands import tell_of_ends
from marketplace.contracts.commands import end_due, tell_of_last_days
from marketplace.contracts.queries import waiting
from marketplace.entering import queries as entering
from marketplace.entering.commands import admit_due, remind_to_verify
from marketplace.filings import queries as filings
from marketplace.filings.commands import remind_to_file
from marketplace.hosts.queries import contracts as agencies
from marketplace.listing.commands.unmandated import withdraw_unmandated
from marketplace.listing.queries import waiting as listing
from marketplace.livestream.commands.record import end_due as end_sessions
from marketplace.livestream.queries import waiting as livestream
from marketplace.notices.commands import (
    MAIL_NOTICE_JOB,
    Post,
    look_again,
    mail_notice,
    send_digests,
)
from marketplace.notices.queries import Checks
from marketplace.offline.queries import waiting as offline
from marketplace.ordering.commands import (
    remind_approvers,
    remind_debtors,
    remind_of,
    remind_other_approvers,
)
from marketplace.ordering.commands.letters import write_letters
from marketplace.ordering.commands.notify import NOTIFY_JOB
from marketplace.ordering.queries import open_matters
from marketplace.ordering.queries.overdue import OVERDUE
from marketplace.outbox.rules import Job, Payload
from marketplace.oversight.commands import LOOK_JOB, begin_look, look_on
from marketplace.oversight.queries import waiting as oversight
from marketplace.reports.commands import COURSE_JOB, begin_course, tell_off_course
from marketplace.reports.queries import course

# Kind of notice → who knows whether what it asks for still waits.
CHECKS: Checks = {
    **open_matters.CHECKS,
    **filings.CHECKS,
    **expiring.CHECKS,
    **recognitions.CHECKS,
    **waiting.CHECKS,
    **offline.CHECKS,
    **listing.CHECKS,
    **livestream.CHECKS,
    **disputes.CHECKS,
    **course.CHECKS,
    **entering.CHECKS,
    **oversight.CHECKS,
    **agencies.CHECKS,
}
MINUTES, HOURS = timedelta(minutes=1), timedelta(hours=1)


def notice_jobs(public_url: str) -> Mapping[str, Job]:
    """All of them by name. What is mailed leads to pages at this address."""
    return {
        **_letter_jobs(Post(CHECKS, public_url.rstrip("/"))),
        **{f"ordering.remind.{event}": _reminder_of(event) for event in OVERDUE},
        NOTIFY_JOB: Job(write_letters),
        COURSE_JOB: Job(_look_at_units),
        LOOK_JOB: Job(look_on),
        EXPIRING_JOB: Job(tell_of_expiry),
        "ordering.remind.approval": _repeat(remind_approvers, 10 * MINUTES),
        "ordering.remind.fallback": _repeat(remind_other_approvers, 10 * MINUTES),
        "ordering.remind": _repeat(remind_debtors, 6 * HOURS),
        "filings.remind": _repeat(remind_to_file, 6 * HOURS),
        "listing.unmandated": _repeat(withdraw_unmandated, HOURS),
        "livestream.end": _repeat(end_sessions, 10 * MINUTES),
        "entering.admit": _repeat(admit_due, 10 * MINUTES),
        "entering.remind": _repeat(remind_to_verify, 6 * HOURS),
        "contracts.end": _repeat(end_due, 6 * HOURS),
        "contracts.answers": _repeat(tell_of_last_days, HOURS),
        "contractors.remind": _repeat(tell_of_ends, 6 * HOURS),
        "certification.issue": _repeat(issue_due, HOURS),
        "catalogue.remind": _repeat(remind_to_renew, HOURS),
        "reports.course.begin": _repeat(begin_course, HOURS),
        "oversight.begin": _repeat(begin_look, HOURS),
    }


def _look_at_units(session: Session, payload: Payload, now: datetime) -> None:
    tell_off_course(session, payload, now)


def _letter_jobs(post: Post) -> Mapping[str, Job]:
    def mail(session: Session, payload: Payload, now: datetime) -> None:
        mail_notice(session, int(payload["notice_id"]), post, now)

    return {
        MAIL_NOTICE_JOB: Job(mail),
        "notices.digest": _repeat(
            lambda session, now: send_digests(session, post, now), timedelta(seconds=20)
        ),
        "notices.look": _repeat(
            lambda session, now: look_again(session, post.checks, now), MINUTES
        ),
    }


def _reminder_of(event: str) -> Job:
    return _repeat(lambda session, now: remind_of(session, event, now), 10 * MINUTES)


def _repeat(act: Callable[[Session, datetime], Any], every: timedelta) -> Job:
    def effect(session: Session, _payload: Payload, now: datetime) -> None:
        act(session, now)

    return Job(effect, every=every)
