"""Sums over the entries of contracts, for proving them against the totals kept."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.contracts.models import ContractEntry, ContractLine, FrameworkContract


def kept_totals(session: Session) -> dict[str, int]:
    """What each contract says was called off it."""
    rows = session.execute(select(FrameworkContract.number, FrameworkContract.called_fen))
    return {row.number: row.called_fen for row in rows}


def summed_entries(session: Session) -> dict[str, int]:
    """What the entries of each contract come to."""
    rows = session.execute(
        select(FrameworkContract.number, func.sum(ContractEntry.amount_fen))
        .join(ContractEntry, ContractEntry.contract_id == FrameworkContract.id)
        .group_by(FrameworkContract.id)
    )
    return {number: int(amount_fen) for number, amount_fen in rows}


def lines_that_disagree(session: Session) -> list[tuple[int, int, int]]:
    """(line, packs by its entries, packs it says) where the two differ."""
    packs = func.coalesce(func.sum(ContractEntry.packs), 0)
    rows = session.execute(
        select(ContractLine.id, packs, ContractLine.called_packs)
        .join(ContractEntry, ContractEntry.line_id == ContractLine.id, isouter=True)
        .group_by(ContractLine.id)
        .having(ContractLine.called_packs != packs)
    )
    return [(line_id, int(summed), kept) for line_id, summed, kept in rows]


def summed_by_order(session: Session) -> dict[int, int]:
    """What the entries of each order come to."""
    rows = session.execute(
        select(ContractEntry.order_id, func.sum(ContractEntry.amount_fen)).group_by(
            ContractEntry.order_id
        )
    )
    return {order_id: int(amount_fen) for order_id, amount_fen in rows}
