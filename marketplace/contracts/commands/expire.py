"""Contracts whose last day has passed end, those whose last day comes are told of, and so are
inquiries that nobody can answer any longer."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.contracts.commands.inquiries import list_asked
from marketplace.contracts.commands.record import end, matter_of, tell_both
from marketplace.contracts.models import FrameworkContract, Inquiry
from marketplace.contracts.rules.contracts import ENDS_SOON, ContractState
from marketplace.contracts.rules.inquiries import InquiryState
from marketplace.core.clock import day_of
from marketplace.core.identity import OrganisationKind, Role
from marketplace.notices.commands import Matter, Readers, tell_readers

AT_ONCE = 200
# A worker that was away tells of what has passed meanwhile, and not of last year's.
TOLD_WITHIN = timedelta(days=14)


def end_due(session: Session, now: datetime) -> int:
    """Ends what is past and warns of what ends within a month, each once. How many have ended."""
    today = day_of(now)
    signed = select(FrameworkContract).where(FrameworkContract.state == ContractState.SIGNED)
    past = session.scalars(
        signed.where(FrameworkContract.valid_until < today)
        .order_by(FrameworkContract.id)
        .limit(AT_ONCE)
        .with_for_update()
    ).all()
    for contract in past:
        end(session, contract, (None, "EXPIRED", ""), now)
        tell_both(session, contract, "contract_expired", now)
    soon = session.scalars(
        signed.where(FrameworkContract.valid_until.between(today, today + ENDS_SOON))
    )
    for contract in soon:
        _warn(session, contract, now)
    session.flush()
    return len(past)


def _warn(session: Session, contract: FrameworkContract, now: datetime) -> None:
    matter = matter_of(contract, contract.valid_until.isoformat())
    office: Readers = (OrganisationKind.UNIT, contract.unit_id, (Role.BUYER, Role.FINANCE))
    producer: Readers = (OrganisationKind.PRODUCER, contract.producer_id, ())
    for readers in (office, producer):
        tell_readers(session, "contract_soon", matter, readers, now)


def tell_of_last_days(session: Session, now: datetime) -> int:
    """Whoever asked and who was asked hear once that the last day for answers has passed, where
    not all had answered before. How many inquiries it looked at."""
    today = day_of(now)
    past = session.scalars(
        select(Inquiry).where(
            Inquiry.state == InquiryState.ASKED,
            Inquiry.all_answered_at.is_(None),
            Inquiry.answer_until.between(today - TOLD_WITHIN, today - timedelta(days=1)),
        )
    ).all()
    for inquiry in past:
        _tell_past(session, inquiry, now)
    return len(past)


def _tell_past(session: Session, inquiry: Inquiry, now: datetime) -> None:
    once, params = inquiry.answer_until.isoformat(), {"number": inquiry.number}
    matter = Matter("inquiry", inquiry.id, params, f"/inquiries/{inquiry.id}", once)
    buyers: Readers = (OrganisationKind.UNIT, inquiry.unit_id, (Role.BUYER,))
    tell_readers(session, "inquiry_due", matter, buyers, now)
    for producer_id in list_asked(session, inquiry.id):
        page = f"/producer/{producer_id}/inquiries/{inquiry.id}"
        theirs = Matter("inquiry", inquiry.id, params, page, once)
        readers: Readers = (OrganisationKind.PRODUCER, producer_id, ())
        tell_readers(session, "inquiry_past", theirs, readers, now)
