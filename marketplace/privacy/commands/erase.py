"""Forgetting somebody, and what is removed for everybody when its time is over."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.accounts.commands.erasing import erase_person
from marketplace.documents.commands.erasing import drop_papers
from marketplace.entering.commands import erasing as entering
from marketplace.hosts.commands import erasing as hosts
from marketplace.notices.commands.erasing import forget_reader
from marketplace.ordering.commands import erasing as ordering
from marketplace.outbox.commands.erasing import forget_recipient
from marketplace.payments.commands.erasing import forget_payer
from marketplace.privacy.commands.ask import close, note
from marketplace.privacy.commands.export import tell
from marketplace.privacy.models import PrivacyRequest
from marketplace.privacy.queries.obstacles import obstacles_of
from marketplace.privacy.rules import State

AT_ONCE = 200


def erase(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
    """Forgets whoever asked for it seven days ago and did not take it back. What has become
    unfinished since then stops it, and they are told."""
    request = session.scalars(
        select(PrivacyRequest)
        .where(PrivacyRequest.id == int(payload["request_id"]))
        .with_for_update()
    ).one()
    if request.state != State.WAITING:
        return
    obstacles = obstacles_of(session, request.person_id)
    if obstacles:
        request.obstacles = {one.matter: one.number for one in obstacles}
        close(request, State.BLOCKED, now)
        session.flush()
        note(session, None, request.id, "privacy.erasure_blocked", now, **request.obstacles)
        tell(session, request, "privacy_blocked", "/account/erase", now)
        return
    _forget(session, request.person_id, now)
    close(request, State.DONE, now)
    session.flush()
    note(session, None, request.id, "privacy.erased", now, person_id=request.person_id)


def _forget(session: Session, person_id: int, now: datetime) -> None:
    """The books, the trail and the events name numbers, and are never touched."""
    login = erase_person(session, person_id, now)
    forget_recipient(session, person_id, login)
    forget_reader(session, person_id)
    forget_payer(session, person_id)
    hosts.forget_applicant(session, person_id)
    entering.forget_applicant(session, person_id)
    ordering.forget_buyer(session, person_id)
    _erase_consignees(session, now)
    _drop_copies(session, PrivacyRequest.person_id == person_id)


def forget_due(session: Session, now: datetime) -> int:
    """Removes consignees whose duty has ended, with their papers, and copies nobody may fetch any
    more; how many."""
    gone = _erase_consignees(session, now)
    return gone + _drop_copies(session, PrivacyRequest.expires_at <= now)


def _erase_consignees(session: Session, now: datetime) -> int:
    purchase_ids = ordering.erase_consignees(session, now)
    if purchase_ids:
        drop_papers(session, ordering.objects_of(session, purchase_ids))
    return len(purchase_ids)


def _drop_copies(session: Session, *which: Any) -> int:
    ids = session.scalars(
        select(PrivacyRequest.id)
        .where(*which, PrivacyRequest.state == State.READY)
        .order_by(PrivacyRequest.id)
        .limit(AT_ONCE)
    ).all()
    session.execute(
        update(PrivacyRequest)
        .where(PrivacyRequest.id.in_(ids))
        .values(state=State.EXPIRED, content=None)
        .execution_options(synchronize_session=False)
    )
    return len(ids)
