"""The paper about a producer's month."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.documents.rules import words
from marketplace.documents.rules.kinds import Subject
from marketplace.documents.rules.sheet import Sheet, Table, Yuan
from marketplace.producers.queries import get_producer
from marketplace.reports.queries import producer_statement


@dataclass(frozen=True)
class MonthOfProducer:
    producer_id: int
    name: str
    uscc: str
    period: str


def get_month(session: Session, identity: Identity, subject: Subject) -> MonthOfProducer:
    """For the producer's own people and the centre. Raises NotFound for anyone else."""
    own = identity.has_role(OrganisationKind.PRODUCER, subject.id)
    if not (own or identity.is_in_centre()):
        raise NotFound
    producer = get_producer(session, subject.id)
    return MonthOfProducer(producer.id, producer.name, producer.uscc, subject.period)


def statement(session: Session, of: MonthOfProducer, _today: date) -> Sheet:
    """What was completed and taken back in the month, line by line."""
    found = producer_statement(session, of.producer_id, of.period)
    rows = tuple(
        (words.day(line.posted_on), line.number or "—", line.narration, Yuan(line.amount_fen))
        for line in found.lines
    )
    table = Table(
        "明细",
        ("记账日期", "订单号", "摘要", "金额(元)"),
        rows,
        ("合计", "", "", Yuan(found.total_fen)),
    )
    facts = (("供应商", of.name), ("统一社会信用代码", of.uscc), ("月份", of.period))
    return Sheet("供应商对账单", of.name, facts, (table,), sum_fen=found.total_fen)
