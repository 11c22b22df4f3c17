"""Payouts that wait, batches, and the file for the bank."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import names_of
from marketplace.core.areas import in_area
from marketplace.core.closed import Closed, columns_of, views_of
from marketplace.core.errors import NotFound
from marketplace.core.money import plain_yuan
from marketplace.core.paging import Page, PageRequest
from marketplace.core.queues import Queue, queue_of
from marketplace.payments.models import Payout, PayoutBatch
from marketplace.payments.rules.settlement import BatchNotReleased

MOST = 500


@dataclass(frozen=True)
class PayoutRow:
    id: int
    number: str
    kind: str
    state: str
    amount_fen: int
    holder: str
    account_number: Closed
    bank: str
    settlement_id: int | None
    commission_settlement_id: int | None
    requested_at: datetime
    reason: str
    reference: str | None


@dataclass(frozen=True)
class BatchRow:
    id: int
    number: str
    state: str
    made_by: int
    made_by_name: str
    made_at: datetime
    released_by_name: str
    released_at: datetime | None
    payouts: int
    amount_fen: int
    done: int


@dataclass(frozen=True)
class BatchView:
    row: BatchRow
    payouts: Sequence[PayoutRow]


def list_waiting_payouts(session: Session, *, area: str = "") -> list[PayoutRow]:
    """Bank payouts that were asked for and are in no batch, the oldest first."""
    rows = session.execute(
        select(*columns_of(Payout, PayoutRow))
        .where(Payout.state == "REQUESTED", Payout.road == "BANK", Payout.batch_id.is_(None))
        .where(*in_area("payout", Payout.id, area))
        .order_by(Payout.id)
        .limit(MOST)
    )
    return views_of(session, PayoutRow, rows)


def count_waiting_payouts(session: Session, *, area: str = "") -> int:
    """How many wait, also those that the list has no room for."""
    waiting = (Payout.state == "REQUESTED", Payout.road == "BANK", Payout.batch_id.is_(None))
    here = in_area("payout", Payout.id, area)
    return session.scalar(select(func.count()).select_from(Payout).where(*waiting, *here)) or 0


def list_batches(session: Session, page: PageRequest, *, area: str = "") -> Page[BatchRow]:
    """Batches, the newest first; of an area those that hold nothing from elsewhere."""
    here = in_area("payout_batch", PayoutBatch.id, area)
    ids = session.scalars(
        select(PayoutBatch.id)
        .where(*here)
        .order_by(PayoutBatch.id.desc())
        .offset(page.offset)
        .limit(page.per_page)
    ).all()
    total = session.scalar(select(func.count()).select_from(PayoutBatch).where(*here)) or 0
    return Page(_batches(session, ids), page.page, page.per_page, total)


def get_batch(session: Session, batch_id: int) -> BatchView:
    """A batch with its payouts. Raises NotFound."""
    found = _batches(session, [batch_id])
    if not found:
        raise NotFound
    rows = session.execute(
        select(*columns_of(Payout, PayoutRow))
        .where(Payout.batch_id == batch_id)
        .order_by(Payout.number)
    )
    return BatchView(found[0], views_of(session, PayoutRow, rows))


def _batches(session: Session, ids: Sequence[int]) -> list[BatchRow]:
    sums = {
        batch_id: (number, int(fen), done)
        for batch_id, number, fen, done in session.execute(
            select(
                Payout.batch_id,
                func.count(),
                func.sum(Payout.amount_fen),
                func.count(Payout.done_at),
            )
            .where(Payout.batch_id.in_(ids))
            .group_by(Payout.batch_id)
        )
    }
    batches = session.scalars(
        select(PayoutBatch).where(PayoutBatch.id.in_(ids)).order_by(PayoutBatch.id.desc())
    ).all()
    people = names_of(
        session, {one for b in batches for one in (b.made_by, b.released_by) if one is not None}
    )
    return [
        BatchRow(
            batch.id,
            batch.number,
            batch.state,
            batch.made_by,
            people.get(batch.made_by, ""),
            batch.made_at,
            people.get(batch.released_by or 0, ""),
            batch.released_at,
            *sums.get(batch.id, (0, 0, 0)),
        )
        for batch in batches
    ]


def bank_file(session: Session, batch_id: int) -> tuple[BatchRow, list[tuple[object, ...]]]:
    """The rows of the file for the bank: the same whenever it is asked for, so that a file that
    was lost between making and sending is simply taken again. Raises BatchNotReleased."""
    batch = get_batch(session, batch_id)
    if batch.row.state != "RELEASED":
        raise BatchNotReleased
    total = plain_yuan(batch.row.amount_fen)
    head: list[tuple[object, ...]] = [
        ("批次", batch.row.number, "笔数", batch.row.payouts, "合计(元)", total),
        ("序号", "付款编号", "收款户名", "收款账号", "开户行", "金额(元)", "附言"),
    ]
    rows = [
        (place, one.number, one.holder, str(one.account_number), one.bank, yuan, one.number)
        for place, one in enumerate(batch.payouts, 1)
        for yuan in [plain_yuan(one.amount_fen)]
    ]
    return batch.row, [*head, *rows]


def queue_of_payouts(session: Session, *, area: str = "") -> Queue:
    """Bank payouts that are in no batch."""
    waiting = (Payout.state == "REQUESTED", Payout.road == "BANK", Payout.batch_id.is_(None))
    here = in_area("payout", Payout.id, area)
    return queue_of(session, Payout.requested_at, *waiting, *here)
