"""The answers to an inquiry as they are compared: the latest of each producer."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.catalogue.queries import variants_for
from marketplace.catalogue.rules import per_500_g
from marketplace.contracts.models import InquiryLine, Quotation, QuotationLine
from marketplace.contracts.rules.inquiries import Offer


@dataclass(frozen=True)
class OfferedLine:
    """What a producer asks for each pack of a line, and which pack of theirs it is."""

    variant_id: int
    product_name: str
    variant_name: str
    price_fen: int
    line_fen: int
    price_per_500g_fen: int | None


@dataclass(frozen=True)
class Answer:
    """A producer's latest answer; lines by line of the inquiry."""

    quotation_id: int
    producer_id: int
    revision: int
    freight_fen: int
    delivery_days: int
    valid_until: date
    remark: str
    answered_by: int
    answered_at: datetime
    lines: Mapping[int, OfferedLine]

    @property
    def offer(self) -> Offer:
        goods_fen = sum(line.line_fen for line in self.lines.values())
        return Offer(self.producer_id, len(self.lines), goods_fen, self.freight_fen)


def latest_answers(session: Session, inquiry_id: int, today: date) -> dict[int, Answer]:
    """By producer. Whoever asks has made sure that the person may see them."""
    last = (
        select(Quotation.producer_id, func.max(Quotation.revision).label("revision"))
        .where(Quotation.inquiry_id == inquiry_id)
        .group_by(Quotation.producer_id)
        .subquery()
    )
    quotations = session.scalars(
        select(Quotation)
        .join(
            last,
            (last.c.producer_id == Quotation.producer_id) & (last.c.revision == Quotation.revision),
        )
        .where(Quotation.inquiry_id == inquiry_id)
        .order_by(Quotation.producer_id)
    ).all()
    lines = _lines(session, [one.id for one in quotations], today)
    return {
        one.producer_id: Answer(
            quotation_id=one.id,
            producer_id=one.producer_id,
            revision=one.revision,
            freight_fen=one.freight_fen,
            delivery_days=one.delivery_days,
            valid_until=one.valid_until,
            remark=one.remark,
            answered_by=one.answered_by,
            answered_at=one.answered_at,
            lines=lines[one.id],
        )
        for one in quotations
    }


def packs_of_lines(session: Session, inquiry_id: int) -> dict[int, int]:
    """How many packs each line of an inquiry asks for."""
    rows = session.execute(
        select(InquiryLine.id, InquiryLine.packs).where(InquiryLine.inquiry_id == inquiry_id)
    )
    return {row.id: row.packs for row in rows}


def _lines(
    session: Session, quotation_ids: list[int], today: date
) -> dict[int, dict[int, OfferedLine]]:
    rows = session.execute(
        select(
            QuotationLine.quotation_id,
            QuotationLine.line_id,
            QuotationLine.variant_id,
            QuotationLine.price_fen,
            InquiryLine.packs,
        )
        .join(InquiryLine, InquiryLine.id == QuotationLine.line_id)
        .where(QuotationLine.quotation_id.in_(quotation_ids))
        .order_by(InquiryLine.position)
    ).all()
    packs = variants_for(session, [row.variant_id for row in rows], today)
    found: dict[int, dict[int, OfferedLine]] = defaultdict(dict)
    for row in rows:
        pack = packs[row.variant_id]
        found[row.quotation_id][row.line_id] = OfferedLine(
            row.variant_id,
            pack.product_name,
            pack.variant_name,
            row.price_fen,
            row.price_fen * row.packs,
            per_500_g(row.price_fen, pack.pack_grams),
        )
    return found
