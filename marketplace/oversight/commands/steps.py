"""What is done with a signal: asked, answered, closed with a reason, opened again."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.core.errors import N_, Forbidden, NotFound, invalid
from marketplace.core.identity import Identity
from marketplace.notices.commands import Matter, tell_each, tell_readers
from marketplace.oversight.models import Signal, SignalStep
from marketplace.oversight.rules.states import (
    ANSWERERS,
    Concerned,
    OwnSignal,
    Question,
    Side,
    SignalClosed,
    SignalOpen,
    State,
    StepKind,
    answers_for,
    is_party,
    operates,
)
from marketplace.uploads.commands import keep
from marketplace.uploads.rules import PAPERS, GivenFile

NOBODY_TO_ASK = N_("这条提示不涉及这一方,请改问另一方。")


@dataclass(frozen=True)
class Said:
    """One step of the log, as far as whoever takes it says it."""

    kind: StepKind
    words: str
    side: Side | None = None
    upload_id: int | None = None


@dataclass(frozen=True)
class Answer:
    """What whoever was asked says, and a paper if there is one."""

    words: str
    file: GivenFile | None = None


def ask_about(
    session: Session, identity: Identity, signal_id: int, asked: tuple[Side, str], now: datetime
) -> Signal:
    """Asks the unit or the producer to explain. Raises SignalClosed, InvalidInput."""
    signal = _lock_for_centre(session, identity, signal_id)
    side, words = asked
    if _holder(signal, side) is None:
        raise invalid("side", NOBODY_TO_ASK)
    if signal.state == State.CLOSED:
        raise SignalClosed
    said = Said(StepKind.ASKED, words, side)
    if _is_last(session, signal, identity, said):
        return signal
    if side == Side.UNIT:
        signal.unit_asked = True
    else:
        signal.producer_asked = True
    signal.state = State.OPEN
    step_id = _step(session, identity, signal, said, now)
    _tell_asked(session, signal, side, step_id, now)
    return signal


def answer_signal(
    session: Session,
    identity: Identity,
    question: Question,
    answer: Answer,
    now: datetime,
) -> Signal:
    """The unit or producer that was asked says what it has to say; more of it may follow until
    the signal is closed. Raises NotFound for whoever was not asked."""
    side = question.side
    signal = session.get(Signal, question.signal_id, with_for_update=True, populate_existing=True)
    if signal is None or not answers_for(identity, side, question.holder_id):
        raise NotFound
    was_asked = signal.unit_asked if side == Side.UNIT else signal.producer_asked
    if not was_asked or _holder(signal, side) != question.holder_id:
        raise NotFound
    if signal.state == State.CLOSED:
        raise SignalClosed
    said = Said(StepKind.ANSWERED, answer.words, side)
    if _is_last(session, signal, identity, said):
        return signal
    upload_id = keep(session, identity, answer.file, PAPERS, now) if answer.file else None
    signal.state = State.ANSWERED
    _step(session, identity, signal, replace(said, upload_id=upload_id), now)
    _tell_answered(session, signal, side, now)
    return signal


def close_signal(
    session: Session, identity: Identity, signal_id: int, reason: str, now: datetime
) -> Signal:
    """Nothing is left to do, and here is why. Closed once, it stays as it was closed."""
    signal = _lock_for_centre(session, identity, signal_id)
    if signal.state == State.CLOSED:
        if _is_last(session, signal, identity, Said(StepKind.CLOSED, reason)):
            return signal
        raise SignalClosed
    signal.state = State.CLOSED
    _step(session, identity, signal, Said(StepKind.CLOSED, reason), now)
    return signal


def reopen_signal(
    session: Session, identity: Identity, signal_id: int, reason: str, now: datetime
) -> Signal:
    """Something has come to light."""
    signal = _lock_for_centre(session, identity, signal_id)
    if signal.state != State.CLOSED:
        if _is_last(session, signal, identity, Said(StepKind.REOPENED, reason)):
            return signal
        raise SignalOpen
    signal.state = State.OPEN
    _step(session, identity, signal, Said(StepKind.REOPENED, reason), now)
    return signal


def _lock_for_centre(session: Session, identity: Identity, signal_id: int) -> Signal:
    """Raises Forbidden, NotFound, and OwnSignal for whoever it is about."""
    if not operates(identity):
        raise Forbidden
    signal = session.get(Signal, signal_id, with_for_update=True, populate_existing=True)
    if signal is None:
        raise NotFound
    people = signal.evidence.get("people", ())
    if is_party(identity, Concerned(signal.unit_id, signal.producer_id, people)):
        raise OwnSignal
    return signal


def _holder(signal: Signal, side: Side) -> int | None:
    return signal.unit_id if side == Side.UNIT else signal.producer_id


def _is_last(session: Session, signal: Signal, identity: Identity, said: Said) -> bool:
    """Whether the same person has just done the same: a second click."""
    last = session.scalar(
        select(SignalStep)
        .where(SignalStep.signal_id == signal.id)
        .order_by(SignalStep.id.desc())
        .limit(1)
    )
    return last is not None and (last.kind, last.words, last.side, last.actor_id) == (
        said.kind,
        said.words,
        said.side,
        identity.person_id,
    )


def _step(session: Session, identity: Identity, signal: Signal, said: Said, now: datetime) -> int:
    session.flush()
    written = insert(SignalStep).values(
        signal_id=signal.id, at=now, actor_id=identity.person_id, **vars(said)
    )
    step_id: int = session.execute(written.returning(SignalStep.id)).scalar_one()
    record(
        session,
        now,
        actor_id=identity.person_id,
        action=f"signal.{said.kind.lower()}",
        object_kind="signal",
        object_id=signal.id,
        before=None,
        after={"kind": signal.kind, "state": signal.state, "words": said.words},
    )
    return step_id


def _tell_asked(session: Session, signal: Signal, side: Side, step_id: int, now: datetime) -> None:
    holder = _holder(signal, side)
    assert holder is not None, signal.id
    address = f"/{side.lower()}/{holder}/signals/{signal.id}"
    matter = Matter("signal", signal.id, {"number": str(signal.id)}, address, str(step_id))
    readers = (side.value, holder, tuple(ANSWERERS[side]))
    tell_readers(session, "signal_asked", matter, readers, now)


def _tell_answered(session: Session, signal: Signal, side: Side, now: datetime) -> None:
    """Whoever asked hears of the answer."""
    asked = session.execute(
        select(SignalStep.id, SignalStep.actor_id)
        .where(
            SignalStep.signal_id == signal.id,
            SignalStep.kind == StepKind.ASKED,
            SignalStep.side == side,
        )
        .order_by(SignalStep.id.desc())
        .limit(1)
    ).one()
    assert asked.actor_id is not None, signal.id
    params, address = {"number": str(signal.id)}, f"/desk/signals/{signal.id}"
    matter = Matter("signal", signal.id, params, address, str(asked.id))
    tell_each(session, "signal_answered", matter, [asked.actor_id], now)
