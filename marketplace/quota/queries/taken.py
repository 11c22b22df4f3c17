"""What counted and was taken back, and what had counted at an instant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from marketplace.core.money import PPM
from marketplace.quota.models import QuotaEntry, QuotaRule
from marketplace.quota.queries.entries import versions_of
from marketplace.quota.queries.in_force import as_rule
from marketplace.quota.rules import Basis, EntryKind, Rule

COUNTED_SEEN = select(
    QuotaEntry.unit_id,
    QuotaEntry.year,
    QuotaEntry.rule_id,
    QuotaEntry.amount_fen,
    QuotaEntry.posted_at,
).subquery("counted_seen")


def counted_before(
    rule_id: int, year: int, unit_id: ColumnElement[int], moment: ColumnElement[datetime]
) -> ColumnElement[bool]:
    """Joins a unit's entries of a year, under any version of a rule, to what came after them."""
    seen = COUNTED_SEEN.c
    return and_(
        seen.unit_id == unit_id,
        seen.year == year,
        seen.rule_id.in_(versions_of(rule_id)),
        seen.posted_at < moment,
    )


def floors_of(session: Session, year: int) -> list[Rule]:
    """The newest published version of each rule that asks for so much a head."""
    rows = session.scalars(
        select(QuotaRule)
        .where(
            QuotaRule.year == year,
            QuotaRule.basis == Basis.PER_HEAD_FLOOR,
            QuotaRule.published_at.is_not(None),
        )
        .order_by(QuotaRule.code, QuotaRule.version)
    )
    return list({row.code: as_rule(row) for row in rows}.values())


@dataclass(frozen=True)
class TakenBack:
    """An order that counted for a unit under a rule, and how much of that was refunded."""

    order_id: int
    unit_id: int
    code: str
    counted_fen: int
    taken_fen: int
    counted_on: date
    taken_on: date


def list_taken_back(
    session: Session, since: datetime, until: datetime, share_ppm: int, least_fen: int
) -> Sequence[TakenBack]:
    """Orders of which something was refunded in this time, where as much of what had counted
    has been refunded by the end of it."""
    entry = QuotaEntry
    refund = entry.kind.in_((EntryKind.REFUND, EntryKind.ADJUSTMENT))
    sale = entry.kind == EntryKind.SALE
    recent = select(entry.order_id).where(
        entry.amount_fen < 0, entry.posted_at >= since, entry.posted_at < until, refund
    )
    counted = func.sum(case((sale, entry.amount_fen), else_=0))
    taken = -func.sum(case((refund, entry.amount_fen), else_=0))
    rows = session.execute(
        select(
            entry.order_id,
            func.max(case((refund, entry.unit_id))),
            QuotaRule.code,
            counted,
            taken,
            func.min(case((sale, entry.counted_on))),
            func.max(case((refund, entry.counted_on))),
        )
        .join(QuotaRule, QuotaRule.id == entry.rule_id)
        .where(entry.order_id.in_(recent), entry.posted_at < until)
        .group_by(entry.order_id, QuotaRule.code)
        .having(and_(taken * PPM >= counted * share_ppm, taken >= least_fen, counted > 0))
        .order_by(entry.order_id, QuotaRule.code)
    )
    return [TakenBack(*tuple(row)) for row in rows]
