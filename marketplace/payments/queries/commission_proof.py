"""What the proof of the books asks of settlements of commission."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.payments.models import CommissionSettlement, CommissionSettlementLine, Payout
from marketplace.payments.queries.commissions import STANDING
from marketplace.payments.rules.settlement import is_carried

_ROW, _LINE = CommissionSettlement, CommissionSettlementLine


def commissions_that_disagree(session: Session) -> Iterator[tuple[str, int, int]]:
    """(number, expected, found): a settlement is the sum of its lines and what the one before
    left, and what stands of its payouts, with the tax withheld, is what it closed at."""
    lines = func.coalesce(func.sum(_LINE.amount_fen), 0)
    summed = session.execute(
        select(_ROW.number, lines, _ROW.amount_fen)
        .outerjoin(_LINE, _LINE.settlement_id == _ROW.id)
        .group_by(_ROW.id)
        .having(lines != _ROW.amount_fen)
    )
    yield from ((number, int(expected), found) for number, expected, found in summed)
    yield from _carried_wrongly(session)
    paid = session.execute(
        select(_ROW.number, _ROW.closing_fen, Payout.amount_fen + _ROW.tax_fen)
        .join(Payout, STANDING)
        .where(Payout.amount_fen + _ROW.tax_fen != _ROW.closing_fen)
    )
    yield from ((number, expected, found) for number, expected, found in paid)


def _carried_wrongly(session: Session) -> Iterator[tuple[str, int, int]]:
    rows = session.execute(
        select(_ROW.number, _ROW.payee, _ROW.carried_fen, _ROW.closing_fen).order_by(
            _ROW.payee, _ROW.period
        )
    )
    before: dict[str, int] = {}
    for number, payee, carried_fen, closing_fen in rows:
        left_fen = before.get(payee, 0)
        expected = left_fen if is_carried(left_fen) else 0
        if carried_fen != expected:
            yield number, expected, carried_fen
        before[payee] = closing_fen


def settled_parts(session: Session) -> dict[tuple[str, int], tuple[str, int]]:
    """(kind of payee, entry) → (whose settlement it is in, what it was settled at)."""
    rows = session.execute(
        select(_LINE.payee, _LINE.entry_id, _ROW.payee, _LINE.amount_fen).join(
            _ROW, _ROW.id == _LINE.settlement_id
        )
    )
    return {(kind, entry): (payee, int(fen)) for kind, entry, payee, fen in rows}


def commission_invoices(session: Session) -> dict[str, str]:
    """Invoice number → holder, of every settlement that holds one."""
    rows = session.execute(select(_ROW.invoice_number, _ROW.id).where(_ROW.invoice_number != ""))
    return {number: f"commission:{settlement_id}" for number, settlement_id in rows}
