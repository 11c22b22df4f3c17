"""What the proof of the books asks of the villages' entries."""

from typing import Any

from sqlalchemy import Select, extract, func, select
from sqlalchemy.orm import Session

from marketplace.attribution.models import AttributionEntry, AttributionTotal
from marketplace.attribution.queries import KEYS
from marketplace.core.money import Fen

_ENTRY = AttributionEntry


def amounts_by_order(session: Session) -> dict[int, Fen]:
    """What each order's entries sum to."""
    rows = session.execute(
        select(_ENTRY.order_id, func.sum(_ENTRY.amount_fen))
        .where(_ENTRY.order_id.is_not(None))
        .group_by(_ENTRY.order_id)
    )
    return {order: Fen(amount) for order, amount in rows if order is not None}


def amounts_by_host(session: Session) -> dict[tuple[int, int], Fen]:
    """What each host sold of each order: (order, host) → fen, where something is left of it."""
    amount = func.sum(_ENTRY.amount_fen)
    rows = session.execute(
        select(_ENTRY.order_id, _ENTRY.host_id, amount)
        .where(_ENTRY.host_id.is_not(None))
        .group_by(_ENTRY.order_id, _ENTRY.host_id)
        .having(amount != 0)
    )
    return {(order or 0, host or 0): Fen(fen) for order, host, fen in rows}


def amounts_by_session(session: Session) -> dict[int, Fen]:
    """What villages sold in each livestream session, where something is left of it."""
    amount = func.sum(_ENTRY.amount_fen)
    rows = session.execute(
        select(_ENTRY.session_id, amount)
        .where(_ENTRY.session_id.is_not(None))
        .group_by(_ENTRY.session_id)
        .having(amount != 0)
    )
    return {session_id or 0: Fen(fen) for session_id, fen in rows}


def amounts_by_offline_line(session: Session) -> dict[int, Fen]:
    """What the entries of each line bought offline sum to."""
    rows = session.execute(
        select(_ENTRY.offline_line_id, func.sum(_ENTRY.amount_fen))
        .where(_ENTRY.offline_line_id.is_not(None))
        .group_by(_ENTRY.offline_line_id)
    )
    return {line: Fen(amount) for line, amount in rows if line is not None}


def amounts_by_receipt_line(session: Session) -> dict[int, Fen]:
    """What the entries of each line of an outlet's receipts sum to."""
    rows = session.execute(
        select(_ENTRY.receipt_line_id, func.sum(_ENTRY.amount_fen))
        .where(_ENTRY.receipt_line_id.is_not(None))
        .group_by(_ENTRY.receipt_line_id)
    )
    return {line: Fen(amount) for line, amount in rows if line is not None}


def kept_totals(session: Session, scope: str, part: str) -> dict[tuple[Any, ...], Fen]:
    """The kept sums of one kind: (scope key, part key, year) → fen."""
    total = AttributionTotal
    return _by_key(
        session,
        select(total.scope_key, total.part_key, total.year, func.sum(total.amount_fen))
        .where(total.scope == scope, total.part == part)
        .group_by(total.scope_key, total.part_key, total.year),
    )


def summed_entries(session: Session, scope: str, part: str) -> dict[tuple[Any, ...], Fen]:
    """The same sums, added up anew from the entries."""
    entry = AttributionEntry
    keys = (KEYS[scope], KEYS[part], extract("year", entry.counted_on))
    query = select(*keys, func.sum(entry.amount_fen)).group_by(*keys)
    optional = {"unit": entry.unit_id, "host": entry.host_id, "session": entry.session_id}
    if scope in optional:
        query = query.where(optional[scope].is_not(None))
    found = _by_key(session, query)
    return {(key, name, int(year)): amount for (key, name, year), amount in found.items()}


def _by_key(session: Session, query: Select[*tuple[Any, ...]]) -> dict[tuple[Any, ...], Fen]:
    return {tuple(row[:-1]): Fen(row[-1]) for row in session.execute(query)}
