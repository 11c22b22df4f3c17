"""Inquiries as the unit, those asked and the operations centre see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import PERSON_NAMES
from marketplace.contracts.models import (
    Inquiry,
    InquiryLine,
    InquiryProducer,
    InquiryStep,
    Quotation,
)
from marketplace.contracts.queries.contracts import StepView
from marketplace.contracts.queries.offers import Answer, latest_answers
from marketplace.contracts.rules.inquiries import cheapest, is_open, sees_inquiries_of
from marketplace.core.areas import in_area
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.core.paging import Page, PageRequest
from marketplace.producers.queries import PRODUCER_NAMES
from marketplace.units.queries import UNIT_NAMES


@dataclass(frozen=True)
class InquiryRow:
    id: int
    number: str
    title: str
    state: str
    unit_id: int
    unit_name: str
    answer_until: date
    wanted_by: date
    address: str
    remark: str
    asked_at: datetime
    all_answered_at: datetime | None
    chosen_producer_id: int | None
    choice_reason: str
    chosen_by: int | None
    contract_id: int | None

    def is_open(self, today: date) -> bool:
        all_answered = self.all_answered_at is not None
        return is_open(self.answer_until, all_answered=all_answered, today=today)


@dataclass(frozen=True)
class AskedLine:
    id: int
    position: int
    variant_id: int | None
    words: str
    packs: int


@dataclass(frozen=True)
class Comparison:
    """The answers side by side; while they are sealed only who has answered."""

    asked: Mapping[int, str]
    answered: frozenset[int]
    # In the order of their totals; empty while sealed.
    answers: tuple[Answer, ...]
    cheapest: frozenset[int]
    # The lowest price of each line.
    lowest_fen: Mapping[int, int]
    # Who can supply nothing, and why; this tells no price, and is never sealed.
    unable: Mapping[int, str]


def _rows() -> Select[*tuple[Any, ...]]:
    columns = [
        UNIT_NAMES.c.name if name == "unit_name" else getattr(Inquiry, name)
        for name in InquiryRow.__dataclass_fields__
    ]
    return select(*columns).join(UNIT_NAMES, UNIT_NAMES.c.id == Inquiry.unit_id)


def list_inquiries(
    session: Session, page: PageRequest, *of: ColumnElement[bool]
) -> Page[InquiryRow]:
    """The newest first."""
    total = session.scalar(select(func.count()).select_from(Inquiry).where(*of)) or 0
    rows = session.execute(
        _rows().where(*of).order_by(Inquiry.id.desc()).offset(page.offset).limit(page.per_page)
    )
    return Page([InquiryRow(*tuple(row)) for row in rows], page.page, page.per_page, total)


def inquiries_of_area(area: str) -> list[ColumnElement[bool]]:
    return in_area("inquiry", Inquiry.id, area)


def inquiries_of_unit(unit_id: int) -> ColumnElement[bool]:
    return Inquiry.unit_id == unit_id


def inquiries_of_producer(producer_id: int) -> ColumnElement[bool]:
    mine = select(InquiryProducer.inquiry_id).where(InquiryProducer.producer_id == producer_id)
    return Inquiry.id.in_(mine)


def get_inquiry(session: Session, identity: Identity, inquiry_id: int) -> InquiryRow:
    """For the unit's office and the operations centre. Raises NotFound."""
    row = session.execute(_rows().where(Inquiry.id == inquiry_id)).one_or_none()
    if row is None or not sees_inquiries_of(identity, row.unit_id):
        raise NotFound
    return InquiryRow(*tuple(row))


def get_asked_inquiry(
    session: Session, identity: Identity, inquiry_id: int, producer_id: int
) -> InquiryRow:
    """For those who were asked. Raises NotFound."""
    works = identity.has_role(OrganisationKind.PRODUCER, producer_id)
    asked = inquiries_of_producer(producer_id)
    row = session.execute(_rows().where(Inquiry.id == inquiry_id, asked)).one_or_none()
    if row is None or not works:
        raise NotFound
    return InquiryRow(*tuple(row))


def lines_of_inquiry(session: Session, inquiry_id: int) -> tuple[AskedLine, ...]:
    columns = [getattr(InquiryLine, name) for name in AskedLine.__dataclass_fields__]
    rows = session.execute(
        select(*columns).where(InquiryLine.inquiry_id == inquiry_id).order_by(InquiryLine.position)
    )
    return tuple(AskedLine(*tuple(row)) for row in rows)


def compare(session: Session, inquiry: InquiryRow, today: date) -> Comparison:
    """What may be seen of the answers today."""
    asked = session.execute(
        select(PRODUCER_NAMES.c.id, PRODUCER_NAMES.c.name)
        .join(InquiryProducer, InquiryProducer.producer_id == PRODUCER_NAMES.c.id)
        .where(InquiryProducer.inquiry_id == inquiry.id)
        .order_by(PRODUCER_NAMES.c.id)
    )
    names = {row.id: row.name for row in asked}
    answered = frozenset(
        session.scalars(select(Quotation.producer_id).where(Quotation.inquiry_id == inquiry.id))
    )
    answers = latest_answers(session, inquiry.id, today).values()
    unable = {one.producer_id: one.remark for one in answers if not one.lines}
    if not inquiry.is_open(today):
        return Comparison(names, answered, (), frozenset(), {}, unable)
    able = [one for one in answers if one.lines]
    ordered = sorted(able, key=lambda one: (-one.offer.supplied, one.offer.total_fen))
    lowest: dict[int, int] = {}
    for one in ordered:
        for line_id, line in one.lines.items():
            lowest[line_id] = min(line.price_fen, lowest.get(line_id, line.price_fen))
    best = cheapest([one.offer for one in ordered])
    return Comparison(names, answered, tuple(ordered), best, lowest, unable)


def find_own_answer(
    session: Session, inquiry_id: int, producer_id: int, today: date
) -> Answer | None:
    """A producer's own latest answer: the only one that a producer ever sees."""
    return latest_answers(session, inquiry_id, today).get(producer_id)


def steps_of_inquiry(session: Session, inquiry_id: int) -> tuple[StepView, ...]:
    rows = session.execute(
        select(InquiryStep.at, PERSON_NAMES.c.name, InquiryStep.kind, InquiryStep.words)
        .join(PERSON_NAMES, PERSON_NAMES.c.id == InquiryStep.actor_id)
        .where(InquiryStep.inquiry_id == inquiry_id)
        .order_by(InquiryStep.id)
    )
    return tuple(StepView(*tuple(row)) for row in rows)
