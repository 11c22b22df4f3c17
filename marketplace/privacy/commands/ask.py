"""Asking: for a copy of one's data, to be forgotten, and taking that back."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.commands import Claim, log_in
from marketplace.accounts.commands.login import EndTransaction
from marketplace.accounts.rules.second_step import Outcome
from marketplace.accounts.rules.throttling import WrongCredentials
from marketplace.audit.commands import record
from marketplace.core.clock import day_of
from marketplace.core.db import insert_into
from marketplace.core.errors import N_, invalid
from marketplace.core.identity import Identity
from marketplace.core.ids import new_code
from marketplace.outbox.commands import put
from marketplace.privacy.models import PrivacyRequest
from marketplace.privacy.queries.obstacles import obstacles_of
from marketplace.privacy.rules import (
    BETWEEN_EXPORTS,
    COOLING_OFF,
    ERASURE,
    EXPORT,
    AskedLately,
    NothingToWithdraw,
    NotToErase,
    State,
    answer_by,
)

EXPORT_JOB, ERASE_JOB = "privacy.export", "privacy.erase"
WRONG_PASSWORD = N_("密码不对,请再输入一次。")


def ask_for_copy(session: Session, identity: Identity, now: datetime) -> None:
    """Asks for everything about oneself; a second click asks for the same. Raises AskedLately."""
    since = select(func.max(PrivacyRequest.asked_at)).where(
        PrivacyRequest.person_id == identity.person_id,
        PrivacyRequest.kind == EXPORT,
        PrivacyRequest.state == State.READY,
    )
    latest = session.scalar(since)
    if latest is not None and latest > now - BETWEEN_EXPORTS:
        raise AskedLately
    request_id = _ask(session, identity, EXPORT, now, not_before=None)
    if request_id is not None:
        payload = {"request_id": request_id}
        put(session, EXPORT_JOB, payload, effect_key=f"{EXPORT_JOB}:{request_id}", now=now)


def ask_to_be_forgotten(
    session: Session,
    identity: Identity,
    proof: Claim,
    now: datetime,
    *,
    end_transaction: EndTransaction,
) -> None:
    """Asks to be forgotten in seven days. Whoever asks proves once more who they are: an open
    screen must not be enough. Raises InvalidInput, TooManyAttempts, NotToErase."""
    try:
        log_in(session, proof, now, end_transaction, Outcome.CONFIRMED)
    except WrongCredentials:
        raise invalid("password", WRONG_PASSWORD) from None
    if obstacles_of(session, identity.person_id):
        raise NotToErase
    not_before = now + COOLING_OFF
    request_id = _ask(session, identity, ERASURE, now, not_before=not_before)
    if request_id is not None:
        put(
            session,
            ERASE_JOB,
            {"request_id": request_id},
            effect_key=f"{ERASE_JOB}:{request_id}",
            now=now,
            not_before=not_before,
        )


def _ask(
    session: Session, identity: Identity, kind: str, now: datetime, *, not_before: datetime | None
) -> int | None:
    """The id of the new request; None where one waits already."""
    statement = insert_into(session, PrivacyRequest).values(
        number=f"D{new_code(9)}",
        kind=kind,
        person_id=identity.person_id,
        state=State.WAITING,
        open_for=f"{kind}:{identity.person_id}",
        asked_at=now,
        due_on=answer_by(day_of(now)),
        not_before=not_before,
        obstacles={},
    )
    statement = statement.on_conflict_do_nothing(index_elements=["open_for"])
    request_id: int | None = session.scalar(statement.returning(PrivacyRequest.id))
    if request_id is not None:
        note(session, identity.person_id, request_id, f"privacy.{kind.lower()}_asked", now)
    return request_id


def withdraw(session: Session, identity: Identity, now: datetime) -> None:
    """Takes the wish to be forgotten back. Raises NothingToWithdraw."""
    request = session.scalars(
        select(PrivacyRequest)
        .where(PrivacyRequest.open_for == f"{ERASURE}:{identity.person_id}")
        .with_for_update()
    ).one_or_none()
    if request is None:
        raise NothingToWithdraw
    close(request, State.WITHDRAWN, now)
    session.flush()
    note(session, identity.person_id, request.id, "privacy.erasure_withdrawn", now)


def close(request: PrivacyRequest, state: State, now: datetime) -> None:
    """It waits no more."""
    request.state, request.open_for, request.done_at = state, None, now


def note(
    session: Session,
    actor_id: int | None,
    request_id: int,
    action: str,
    now: datetime,
    **facts: Any,
) -> None:
    """Into the trail, by numbers alone: it outlives whoever asked to be forgotten."""
    record(
        session,
        now,
        actor_id=actor_id,
        action=action,
        object_kind="privacy_request",
        object_id=request_id,
        before=None,
        after=facts or None,
    )
