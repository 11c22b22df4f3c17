"""Every job the worker knows, by name: what a message or a schedule asks for is done here."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from config import Settings
from marketplace.accounts import commands as accounts
from marketplace.audit import commands as audit
from marketplace.catalogue import commands as catalogue
from marketplace.core.clock import day_of
from marketplace.ordering import commands as ordering
from marketplace.ordering.commands.letters import write_letters
from marketplace.ordering.commands.notify import NOTIFY_JOB
from marketplace.outbox import commands as outbox
from marketplace.outbox.commands import MAIL_JOB
from marketplace.outbox.rules import Job, Letter, Payload
from marketplace.outbox.senders import MailSender, choose_sender
from marketplace.search import commands as search
from marketplace.search.local import search_home
from marketplace.search.local.tally import Tally


def _turn_certificates(session: Session, _payload: Payload, now: datetime) -> None:
    catalogue.turn_certificates(session, now)


def _forget_changes(session: Session, _payload: Payload, now: datetime) -> None:
    catalogue.forget_changes(session, now)
    search.forget_counts(session, day_of(now))


def _expire_orders(session: Session, _payload: Payload, now: datetime) -> None:
    ordering.expire_due(session, now)


def _forget_logins(session: Session, _payload: Payload, now: datetime) -> None:
    accounts.forget_old(session, now)


def _seal_audit(session: Session, _payload: Payload, _now: datetime) -> None:
    audit.seal(session)


def _forget_answers(session: Session, _payload: Payload, now: datetime) -> None:
    outbox.forget_old(session, now)


def _count_searches(tally: Tally) -> Job:
    def count(session: Session, _payload: Payload, now: datetime) -> None:
        search.count_searches(session, day_of(now), tally.take())

    return Job(count, every=timedelta(minutes=1))


def _mail_job(sender: MailSender) -> Job:
    def send(payload: Payload, _effect_key: str) -> None:
        sender.send(Letter(**payload))

    def record(session: Session, payload: Payload, now: datetime) -> None:
        outbox.record_letter(session, Letter(**payload), now, keeps_body=sender.keeps_body)

    return Job(record, outside=send)


def list_jobs(settings: Settings) -> Mapping[str, Job]:
    return {
        MAIL_JOB: _mail_job(choose_sender(settings.mail_url, settings.public_url)),
        NOTIFY_JOB: Job(write_letters),
        "ordering.expire": Job(_expire_orders, every=timedelta(minutes=1)),
        "audit.seal": Job(_seal_audit, every=timedelta(seconds=10)),
        "accounts.forget": Job(_forget_logins, every=timedelta(hours=1)),
        "search.count": _count_searches(Tally(search_home(settings))),
        "catalogue.turn": Job(_turn_certificates, every=timedelta(hours=1)),
        "catalogue.forget": Job(_forget_changes, every=timedelta(hours=1)),
        "outbox.forget": Job(_forget_answers, every=timedelta(hours=1)),
    }
