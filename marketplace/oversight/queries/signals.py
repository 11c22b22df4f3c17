"""Signals as the centre lists them, and as those who were asked read theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from marketplace.accounts.queries import PERSON_NAMES
from marketplace.core.areas import in_area
from marketplace.core.clock import bounds_of
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.core.paging import Page, PageRequest
from marketplace.core.queues import Queue, queue_of
from marketplace.oversight.models import Signal, SignalStep
from marketplace.oversight.rules.kinds import Kind
from marketplace.oversight.rules.states import (
    Concerned,
    Question,
    Side,
    State,
    answers_for,
    reads_all,
)
from marketplace.producers.queries import PRODUCER_NAMES
from marketplace.units.queries import UNIT_NAMES
from marketplace.uploads.queries import KeptFile, get_upload

MOST_EXPORTED = 10_000


@dataclass(frozen=True)
class Wish:
    """What is wanted of all signals; it stands in the address."""

    state: str = State.OPEN
    kind: Kind | None = None
    unit: str = ""
    producer: str = ""
    month: str = ""
    area: str = ""


@dataclass(frozen=True)
class SignalRow:
    """A signal as lists show it."""

    id: int
    kind: str
    version: int
    unit_id: int | None
    unit_name: str | None
    producer_id: int | None
    producer_name: str | None
    happened_on: date
    found_at: datetime
    state: str
    unit_asked: bool
    producer_asked: bool
    evidence: Mapping[str, Any]

    @property
    def figures(self) -> Mapping[str, Any]:
        """Every number that it rests on; days as days."""
        return {
            name: date.fromisoformat(value) if name.endswith("_on") else value
            for name, value in self.evidence["figures"].items()
        }

    @property
    def amount_fen(self) -> int | None:
        """The sum that is at stake, where there is one."""
        names = ("sum_fen", "late_fen", "bought_fen", "refunded_fen", "invoice_fen")
        found = (self.evidence["figures"].get(name) for name in names)
        return next((fen for fen in found if fen is not None), None)

    @property
    def was_asked(self) -> bool:
        return self.unit_asked or self.producer_asked


@dataclass(frozen=True)
class StepView:
    kind: str
    at: datetime
    who: str | None
    words: str
    upload_id: int | None
    side: str | None


@dataclass(frozen=True)
class SignalView:
    """A signal with its log, and the same subject as other versions found it."""

    row: SignalRow
    key: str
    steps: Sequence[StepView]
    others: Sequence[tuple[int, int, str]] = field(default=())

    @property
    def concerned(self) -> Concerned:
        people = self.row.evidence.get("people", ())
        return Concerned(self.row.unit_id, self.row.producer_id, people)


def _rows(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Signal.id,
            Signal.kind,
            Signal.version,
            Signal.unit_id,
            UNIT_NAMES.c.name.label("unit_name"),
            Signal.producer_id,
            PRODUCER_NAMES.c.name.label("producer_name"),
            Signal.happened_on,
            Signal.found_at,
            Signal.state,
            Signal.unit_asked,
            Signal.producer_asked,
            Signal.evidence,
        )
        .outerjoin(UNIT_NAMES, UNIT_NAMES.c.id == Signal.unit_id)
        .outerjoin(PRODUCER_NAMES, PRODUCER_NAMES.c.id == Signal.producer_id)
        .where(*conditions)
        .order_by(Signal.happened_on.desc(), Signal.id.desc())
    )


def _conditions(wish: Wish) -> list[ColumnElement[bool]]:
    """All but the state."""
    wanted = in_area("signal", Signal.id, wish.area)
    if wish.kind is not None:
        wanted.append(Signal.kind == wish.kind)
    for words, names, column in (
        (wish.unit, UNIT_NAMES.c, Signal.unit_id),
        (wish.producer, PRODUCER_NAMES.c, Signal.producer_id),
    ):
        if words:
            named = select(names.id).where(names.name.contains(words, autoescape=True))
            wanted.append(column.in_(named))
    if wish.month:
        first, after = bounds_of(wish.month)
        wanted += [Signal.happened_on >= first, Signal.happened_on < after]
    return wanted


def count_by_state(session: Session, wish: Wish) -> dict[str, int]:
    """How many of what is wanted stand where."""
    rows = session.execute(
        select(Signal.state, func.count()).where(*_conditions(wish)).group_by(Signal.state)
    )
    counts = {row.state: int(row[1]) for row in rows}
    return {state: counts.get(state, 0) for state in State}


def list_signals(session: Session, wish: Wish, page: PageRequest) -> Page[SignalRow]:
    """A page of what is wanted, the latest first."""
    wanted = [*_conditions(wish), Signal.state == wish.state]
    total = session.scalar(select(func.count()).select_from(Signal).where(*wanted)) or 0
    rows = session.execute(_rows(*wanted).offset(page.offset).limit(page.per_page))
    return Page([SignalRow(*tuple(row)) for row in rows], page.page, page.per_page, total)


def export_signals(session: Session, wish: Wish) -> Sequence[SignalRow]:
    """All of what is wanted, for a file."""
    rows = session.execute(
        _rows(*_conditions(wish), Signal.state == wish.state).limit(MOST_EXPORTED)
    )
    return [SignalRow(*tuple(row)) for row in rows]


def _of_side(side: Side) -> tuple[InstrumentedAttribute[int | None], InstrumentedAttribute[bool]]:
    """Whose it is, and whether they were asked."""
    if side == Side.UNIT:
        return Signal.unit_id, Signal.unit_asked
    return Signal.producer_id, Signal.producer_asked


def list_asked(
    session: Session, side: Side, organisation_id: int, page: PageRequest
) -> Page[SignalRow]:
    """What a unit or a producer was asked, the latest first."""
    holder, was_asked = _of_side(side)
    wanted = (holder == organisation_id, was_asked.is_(True))
    total = session.scalar(select(func.count()).select_from(Signal).where(*wanted)) or 0
    rows = session.execute(_rows(*wanted).offset(page.offset).limit(page.per_page))
    return Page([SignalRow(*tuple(row)) for row in rows], page.page, page.per_page, total)


def get_signal(session: Session, signal_id: int) -> SignalView:
    """A signal with everything about it, for the centre. Raises NotFound."""
    row = session.execute(_rows(Signal.id == signal_id).add_columns(Signal.key)).one_or_none()
    if row is None:
        raise NotFound
    *facts, key = tuple(row)
    found = SignalRow(*facts)
    others = session.execute(
        select(Signal.id, Signal.version, Signal.state)
        .where(Signal.kind == found.kind, Signal.key == key, Signal.id != signal_id)
        .order_by(Signal.version)
    )
    return SignalView(
        found, key, _steps(session, signal_id), [(one.id, one.version, one.state) for one in others]
    )


def get_asked(session: Session, identity: Identity, question: Question) -> SignalView:
    """A signal that a unit or producer was asked about, for those who answer: with the orders of
    their own, and without what others were asked. Raises NotFound."""
    side, holder_id = question.side, question.holder_id
    holder, was_asked = _of_side(side)
    asked = select(Signal.id).where(
        Signal.id == question.signal_id, holder == holder_id, was_asked.is_(True)
    )
    if not answers_for(identity, side, holder_id) or session.scalar(asked) is None:
        raise NotFound
    view = get_signal(session, question.signal_id)
    mine = "unit_id" if side == Side.UNIT else "producer_id"
    orders = [one for one in view.row.evidence["orders"] if one[mine] == holder_id]
    evidence = {**view.row.evidence, "orders": orders, "more_orders": 0}
    steps = [step for step in view.steps if step.side in (None, side)]
    return replace(view, row=replace(view.row, evidence=evidence), steps=steps, others=())


def _steps(session: Session, signal_id: int) -> list[StepView]:
    rows = session.execute(
        select(
            SignalStep.kind,
            SignalStep.at,
            PERSON_NAMES.c.name,
            SignalStep.words,
            SignalStep.upload_id,
            SignalStep.side,
        )
        .outerjoin(PERSON_NAMES, PERSON_NAMES.c.id == SignalStep.actor_id)
        .where(SignalStep.signal_id == signal_id)
        .order_by(SignalStep.id)
    )
    return [StepView(*tuple(row)) for row in rows]


def get_paper(session: Session, identity: Identity, signal_id: int, upload_id: int) -> KeptFile:
    """What came with an answer, for the centre and the side that gave it. Raises NotFound."""
    row = session.execute(
        select(SignalStep.side, Signal.unit_id, Signal.producer_id)
        .join(Signal, Signal.id == SignalStep.signal_id)
        .where(Signal.id == signal_id, SignalStep.upload_id == upload_id)
        .limit(1)
    ).one_or_none()
    if row is None:
        raise NotFound
    holder = row.unit_id if row.side == Side.UNIT else row.producer_id
    if not (reads_all(identity) or answers_for(identity, row.side, holder)):
        raise NotFound
    return get_upload(session, upload_id)


def queue_of_signals(session: Session, state: str, *, area: str = "") -> Queue:
    """Signals in a state, each since it was found."""
    here = in_area("signal", Signal.id, area)
    return queue_of(session, Signal.found_at, Signal.state == state, *here)
