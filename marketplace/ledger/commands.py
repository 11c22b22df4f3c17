"""Posting to the books of money. Entries are added, never changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from marketplace.core.clock import day_of
from marketplace.core.db import AS_ONE, add_up
from marketplace.core.money import Fen
from marketplace.ledger.models import AccountBalance, LedgerEntry, Posting
from marketplace.ledger.rules import BUSY_ACCOUNTS, Movement, shard_of

# An account, which part of its balance, and by how many fen it moves.
Move = tuple[str, int, int]


def post(session: Session, movements: Sequence[Movement], now: datetime) -> None:
    """Writes each movement as an entry with its postings, and moves the balances with them.

    A source that is already in the books breaks the transaction: nothing is posted twice.
    """
    move_balances(session, enter(session, movements, now))


def enter(session: Session, movements: Sequence[Movement], now: datetime) -> list[Move]:
    """The first half of it, for which nobody waits. What it returns is to be moved in the same
    transaction."""
    assert all(sum(movement.amounts.values()) == 0 for movement in movements), movements
    moving = [movement for movement in movements if any(movement.amounts.values())]
    if not moving:
        return []
    entries = _write_entries(session, moving, now)
    moves = [
        (entries[movement.source], account, amount_fen)
        for movement in moving
        for account, amount_fen in movement.amounts.items()
        if amount_fen
    ]
    names = ("entry_id", "account", "amount_fen")
    session.execute(insert(Posting), [dict(zip(names, move, strict=True)) for move in moves])
    return [(account, shard_of(account, entry), fen) for entry, account, fen in moves]


def _write_entries(
    session: Session, movements: Sequence[Movement], now: datetime
) -> dict[str, int]:
    """An entry for each movement, in one statement. Returns their ids by source."""
    rows = [
        {
            "source": movement.source,
            "posted_at": now,
            "posted_on": day_of(now),
            "narration": movement.narration,
            "order_id": movement.order_id,
        }
        for movement in movements
    ]
    written = insert(LedgerEntry).returning(LedgerEntry.source, LedgerEntry.id)
    return {row.source: row.id for row in session.execute(written, rows, execution_options=AS_ONE)}


def hold(session: Session, account: str, *others: str) -> Fen:
    """What we hold on an account that is kept in one part, locked until this transaction ends.

    Whoever pays out of it asks here first: two who ask at once follow each other. `others` are
    accounts that will be moved with it: all are locked in the order of their names, as `post`
    does, so that nobody waits in a circle.
    """
    wanted = {account, *others}
    assert not wanted & BUSY_ACCOUNTS, wanted
    kept = (
        select(AccountBalance.account, AccountBalance.balance_fen)
        .where(AccountBalance.account.in_(wanted))
        .order_by(AccountBalance.account)
        .with_for_update()
    )
    held = next((fen for name, fen in session.execute(kept).all() if name == account), 0)
    return Fen(-held)


def move_balances(session: Session, moves: Sequence[Move]) -> None:
    """The other half: whoever moves one of these accounts next waits until the commit."""
    sums: dict[tuple[str, int], int] = {}
    for account, shard, amount_fen in moves:
        sums[account, shard] = sums.get((account, shard), 0) + amount_fen
    rows = [
        {"account": account, "shard": shard, "balance_fen": amount_fen}
        for (account, shard), amount_fen in sums.items()
    ]
    table = cast(Table, AccountBalance.__table__)
    add_up(session, table, rows, keys=("account", "shard"), amounts=("balance_fen",))
