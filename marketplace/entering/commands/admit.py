"""When the days of public notice have ended: the producer exists, its applicant works for it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.commands import Grant, grant
from marketplace.accounts.queries import load_identity
from marketplace.core.clock import day_of
from marketplace.core.closed import open_words
from marketplace.core.errors import Refusal
from marketplace.core.identity import OrganisationKind, Role
from marketplace.entering.commands.steps import find_locked, step, tell_applicant
from marketplace.entering.models import EntryApplication
from marketplace.entering.rules.states import EntryState
from marketplace.payments.commands import declare_account
from marketplace.payments.rules.accounts import GivenAccount, Holder
from marketplace.producers.commands import NewProducer, create_producer

AT_ONCE = 50


def admit_due(session: Session, now: datetime) -> int:
    """Takes in everyone whose last day of notice has passed; how many."""
    due = select(EntryApplication.id).where(
        EntryApplication.state == EntryState.NOTICE, EntryApplication.notice_until < day_of(now)
    )
    found = list(session.scalars(due.order_by(EntryApplication.id).limit(AT_ONCE)))
    return sum(_admit(session, application_id, now) for application_id in found)


def _admit(session: Session, application_id: int, now: datetime) -> bool:
    application = find_locked(session, application_id)
    if application is None or application.state != EntryState.NOTICE:
        return False
    try:
        with session.begin_nested():
            _enter(session, application, now)
    except Refusal:
        # Somebody else took the name or the licence meanwhile: the applicant has to say more.
        session.refresh(application)
        application.state = EntryState.RETURNED
        done = step(session, None, application, (EntryState.RETURNED, ""), now)
        tell_applicant(session, application, "entry_returned", done, now)
        return False
    return True


def _enter(session: Session, application: EntryApplication, now: datetime) -> None:
    producer = create_producer(
        session, _new_producer(application), now, actor_id=application.decided_by
    )
    clerk = Grant(application.applicant_id, OrganisationKind.PRODUCER, producer.id, Role.CLERK)
    grant(session, clerk, now, actor_id=application.decided_by)
    application.state, application.producer_id = EntryState.ENTERED, producer.id
    _declare(session, application, producer.id, now)
    done = step(session, None, application, (EntryState.ENTERED, ""), now)
    tell_applicant(session, application, "entry_entered", done, now)


def _declare(
    session: Session, application: EntryApplication, producer_id: int, now: datetime
) -> None:
    """The account is declared by the clerk, as any other; without one nobody can be paid."""
    clerk = load_identity(session, application.applicant_id)
    if clerk is not None:
        number = open_words(session, application.bank_number_sealed)
        account = GivenAccount(application.name, number, application.bank)
        declare_account(session, clerk, Holder(producer_id=producer_id), account, now)


def _new_producer(application: EntryApplication) -> NewProducer:
    return NewProducer(
        name=application.name,
        kind=application.kind,
        is_trader=application.is_trader,
        uscc=application.uscc,
        village_code=application.village_code,
        phone=application.phone,
        story=application.story,
        food_licence=application.food_number,
        food_kind=application.food_kind,
        food_valid_until=application.food_valid_until,
        licence_valid_until=application.licence_valid_until,
    )
