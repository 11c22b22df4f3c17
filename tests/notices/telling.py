"""Telling people in tests, and a worker that brings their mail."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, sessionmaker

from marketplace.accounts.models import Person
from marketplace.cli.worker import Worker
from marketplace.core.identity import Identity
from marketplace.jobs import list_jobs
from marketplace.notices.commands import choose_habits, tell_people
from marketplace.notices.models import Notice
from marketplace.notices.queries import count_new
from marketplace.notices.rules import Habits, Mail, QuietHours, Tiding, Topic
from marketplace.ordering import commands as ordering
from marketplace.ordering.models import Purchase
from marketplace.outbox.models import OutboxMessage, SentMail
from tests.conftest import settings_for
from tests.county import START, County

HOME = "https://shop.example"


def tiding(
    person: Identity, kind: str = "order_declined", number: int = 1, **changes: Any
) -> Tiding:
    """Something about order 1 that is mailed at once, unless `changes` say otherwise."""
    values: dict[str, Any] = {
        "person_id": person.person_id,
        "kind": kind,
        "params": {"number": f"N{number}"},
        "object_kind": "order",
        "object_id": number,
        "address": f"/orders/{number}",
        "effect_key": f"{kind}:{number}:{person.person_id}",
    }
    return Tiding(**{**values, **changes})


def told(session: Session, now: datetime, *tidings: Tiding) -> int:
    number = tell_people(session, tidings, now)
    session.commit()
    return number


def chosen(session: Session, person: Identity, now: datetime, **choices: Any) -> None:
    """`mails`, `hidden` and `hours` as the person wants them."""
    choose_habits(session, person, Habits(**choices), now)
    session.commit()


def daily(*topics: Topic) -> dict[Topic, Mail]:
    return dict.fromkeys(topics, Mail.DAILY)


def never_quiet() -> QuietHours:
    return QuietHours(0, 0)


Row = TypeVar("Row")


def _look(session: Session, wanted: Select[Row]) -> list[Row]:
    """Rows as they are now; the database is free again for the worker."""
    session.rollback()
    found = list(session.scalars(wanted))
    session.expunge_all()
    session.rollback()
    return found


def notices(session: Session, *kinds: str) -> list[Notice]:
    wanted = select(Notice).order_by(Notice.id)
    return _look(session, wanted.where(Notice.kind.in_(kinds)) if kinds else wanted)


def letters(session: Session) -> list[SentMail]:
    """What has left so far, in the order in which it left."""
    return _look(session, select(SentMail).order_by(SentMail.sent_at, SentMail.effect_key))


def reached(session: Session, kind: str) -> list[str]:
    """Whom a kind of notice has reached."""
    wanted = select(Person.login).join(Notice, Notice.person_id == Person.id)
    return _look(session, wanted.where(Notice.kind == kind).order_by(Person.login))


def bell(session: Session, person: Identity) -> int:
    """What the bell of a person says."""
    number = count_new(session, person.person_id)
    session.rollback()
    return number


def make_postman(engine, clock, tmp_path, does: Callable[[str], bool]) -> Callable[[], None]:
    """A worker that does everything that is due at this moment, of the jobs that it does."""
    jobs = list_jobs(settings_for(str(engine.url), tmp_path, public_url=HOME))
    wanted = {name: job for name, job in jobs.items() if does(name)}
    worker = Worker("postman", sessionmaker(engine, expire_on_commit=False), wanted, clock)
    worker.begin()

    def work() -> None:
        for _ in range(400):
            if not worker.work():
                return
        raise AssertionError("the worker finds no end")

    return work


def waiting(session: Session, job: str) -> list[datetime]:
    """When the messages of a job that are not done are due."""
    undone = select(OutboxMessage.not_before).where(
        OutboxMessage.job == job, OutboxMessage.done_at.is_(None)
    )
    return _look(session, undone)


def submitted(session: Session, county: County, *, terms: str = "POSTPAY") -> Purchase:
    """A unit's purchase that waits for approval, committed."""
    wish = county.wish((county.mushrooms, 2), terms=terms)
    purchase = ordering.draft_purchase(session, county.buyer, wish, START)
    ordering.submit(session, county.buyer, purchase.id, START)
    session.commit()
    return purchase
