"""What the proof of the books asks of commission."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.commission.models import CommissionClaim, CommissionEntry
from marketplace.commission.queries.claims import latest_claims
from marketplace.commission.rules import shares_of

_ENTRY = CommissionEntry
_HOST, _AGENCY = func.sum(_ENTRY.host_fen), func.sum(_ENTRY.agency_fen)


def paid_by_order(session: Session) -> dict[int, int]:
    """What the producer of each order pays for its sale."""
    rows = session.execute(select(_ENTRY.order_id, _HOST + _AGENCY).group_by(_ENTRY.order_id))
    return {order: int(fen) for order, fen in rows}


def earned_sums(session: Session) -> list[tuple[int, int, int | None, int, int]]:
    """(producer, host, agency, host's fen, agency's fen) over all entries."""
    keys = (_ENTRY.producer_id, _ENTRY.host_id, _ENTRY.agency_id)
    rows = session.execute(select(*keys, _HOST, _AGENCY).group_by(*keys))
    return [(producer, host, agency, int(a), int(b)) for producer, host, agency, a, b in rows]


def bases_by_order(session: Session) -> dict[tuple[int, int], int]:
    """What each host sold of each order, where something is left of it."""
    base = func.sum(_ENTRY.base_fen)
    keys = (_ENTRY.order_id, _ENTRY.host_id)
    rows = session.execute(select(*keys, base).group_by(*keys).having(base != 0))
    return {(order, host): int(fen) for order, host, fen in rows}


def earned_and_due(session: Session) -> tuple[dict[int, int], dict[int, int]]:
    """(what the rate of each line's claim makes of what was sold, what its entries sum to)."""
    rates = latest_claims().with_only_columns(
        CommissionClaim.order_line_id, CommissionClaim.rate_ppm, CommissionClaim.agency_ppm
    )
    terms = {line: (rate, agency) for line, rate, agency in session.execute(rates)}
    rows = session.execute(
        select(_ENTRY.order_line_id, func.sum(_ENTRY.base_fen), _HOST, _AGENCY).group_by(
            _ENTRY.order_line_id
        )
    )
    due, found = {}, {}
    for line, base_fen, host_fen, agency_fen in rows:
        due[line] = sum(shares_of(int(base_fen), *terms.get(line, (0, 0))))
        found[line] = int(host_fen) + int(agency_fen)
    return due, found


def parts_by_entry(session: Session) -> dict[tuple[str, int], tuple[str, int]]:
    """(host or agency, entry) → (whose part it is, such as `host:3`, and what it is)."""
    rows = session.execute(
        select(_ENTRY.id, _ENTRY.host_id, _ENTRY.agency_id, _ENTRY.host_fen, _ENTRY.agency_fen)
    )
    parts = {}
    for entry, host_id, agency_id, host_fen, agency_fen in rows:
        parts["host", entry] = (f"host:{host_id}", int(host_fen))
        if agency_id is not None:
            parts["agency", entry] = (f"agency:{agency_id}", int(agency_fen))
    return parts
