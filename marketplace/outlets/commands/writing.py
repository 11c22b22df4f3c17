"""Receipts enter the books: packs leave the outlet, villages are credited, months add up.

The money ledger does not move: what was paid at a counter never passed through us.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import cast

from sqlalchemy import Table
from sqlalchemy.orm import Session

from marketplace.attribution.commands import recognise
from marketplace.attribution.rules import AttributedLine, Origin, Sale
from marketplace.catalogue.commands.selling import SoldPacks, sell_at_outlet
from marketplace.catalogue.queries.sold import shares_of_batches
from marketplace.core.clock import day_of, month_of
from marketplace.core.db import add_up
from marketplace.core.identity import Identity
from marketplace.offline.rules import recognised_on
from marketplace.outlets.models import OutletMonth, OutletReceipt, OutletReport, OutletSale
from marketplace.outlets.queries.judging import JudgedLine, Verdict
from marketplace.outlets.rules import INDIVIDUAL, ReceiptState
from marketplace.quota.queries import is_closed

CHANNEL = "OUTLET"
Shares = Mapping[int, tuple[tuple[str, int], ...]]


def write_receipts(
    session: Session,
    identity: Identity,
    report: OutletReport,
    verdicts: Sequence[Verdict],
    now: datetime,
) -> None:
    """Each receipt with its lines, once; whoever calls holds the outlet and its batches."""
    closed = {year: is_closed(session, year) for year in {_day(one).year for one in verdicts}}
    pairs = []
    for verdict in verdicts:
        day = recognised_on(_day(verdict), day_of(now), is_closed=closed[_day(verdict).year])
        pairs.append((_receipt(report, verdict, identity, day), verdict))
    session.add_all(receipt for receipt, _ in pairs)
    session.flush()
    sold = {receipt.id: _lines(receipt, verdict.lines) for receipt, verdict in pairs}
    session.add_all(line for lines in sold.values() for line in lines)
    session.flush()
    receipts = [receipt for receipt, _ in pairs]
    take_packs(session, [(one, sold[one.id]) for one in receipts], identity.person_id, now)
    shares = shares_of_batches(session, {x.batch_id for lines in sold.values() for x in lines})
    for receipt in receipts:
        # The unit is named once it has agreed: until then nobody stands in its figures.
        for producer_id, lines in by_producer(sold[receipt.id]).items():
            sale = sale_of(receipt, producer_id, "sold", receipt.counted_on)
            recognise(session, sale, [attributed(line, shares) for line in lines], now)
    add_to_months(session, receipts, 1)


def _day(verdict: Verdict) -> date:
    assert verdict.day is not None, verdict.number
    return verdict.day


def _receipt(
    report: OutletReport, verdict: Verdict, identity: Identity, day: date
) -> OutletReceipt:
    by_unit = verdict.unit_id is not None
    return OutletReceipt(
        outlet_id=report.outlet_id,
        report_id=report.id,
        number=verdict.number,
        sold_on=_day(verdict),
        counted_on=day,
        total_fen=verdict.total_fen,
        goods_fen=verdict.goods_fen,
        eligible_fen=verdict.eligible_fen,
        unit_id=verdict.unit_id,
        fund=verdict.fund,
        state=ReceiptState.WAITING if by_unit else ReceiptState.PAID,
        counted_fen=0,
        reported_by=identity.person_id,
        words="",
    )


def _lines(receipt: OutletReceipt, lines: Sequence[JudgedLine]) -> list[OutletSale]:
    return [
        OutletSale(
            receipt_id=receipt.id,
            line_number=number,
            producer_id=line.batch.producer_id,
            workshop_id=line.batch.workshop_id,
            product_id=line.batch.product_id,
            product_name=line.batch.product_name,
            variant_id=line.batch.variant_id,
            batch_id=line.batch.id,
            packs=line.read.packs,
            amount_fen=line.read.amount_fen,
            is_eligible=line.is_eligible,
        )
        for number, line in enumerate(lines, 1)
    ]


def take_packs(
    session: Session,
    sold: Sequence[tuple[OutletReceipt, Sequence[OutletSale]]],
    actor_id: int,
    now: datetime,
) -> None:
    """Packs of lines leave the outlet; those of reversing lines are there again."""
    packs = [
        SoldPacks(line.batch_id, line.packs, line.id, receipt.number)
        for receipt, lines in sold
        for line in lines
    ]
    if sold:
        sell_at_outlet(session, sold[0][0].outlet_id, packs, actor_id, now)


def by_producer(lines: Sequence[OutletSale]) -> dict[int, list[OutletSale]]:
    """A receipt is as many sales as producers stand on it."""
    found: dict[int, list[OutletSale]] = {}
    for line in lines:
        found.setdefault(line.producer_id, []).append(line)
    return found


def sale_of(
    receipt: OutletReceipt, producer_id: int, what: str, day: date, *, of_unit: bool = False
) -> Sale:
    return Sale(
        source=f"receipt:{receipt.id}/{what}",
        order_id=None,
        unit_id=receipt.unit_id if of_unit else None,
        fund=receipt.fund if of_unit else INDIVIDUAL,
        producer_id=producer_id,
        channel=CHANNEL,
        counted_on=day,
        receipt_id=receipt.id,
    )


def attributed(line: OutletSale, shares: Shares) -> AttributedLine:
    return AttributedLine(
        order_line_id=line.id,
        product_id=line.product_id,
        workshop_id=line.workshop_id,
        amount_fen=line.amount_fen,
        origins=tuple(
            Origin(line.batch_id, village, share) for village, share in shares[line.batch_id]
        ),
    )


def add_to_months(session: Session, receipts: Sequence[OutletReceipt], sign: int) -> None:
    """Adds receipts to the kept sums of their months, or takes them out again."""
    sums: dict[tuple[int, str], list[int]] = {}
    for one in receipts:
        key = (one.outlet_id, month_of(one.sold_on))
        figures = (1, one.total_fen, one.goods_fen, one.eligible_fen)
        before = sums.get(key, [0, 0, 0, 0])
        sums[key] = [have + sign * more for have, more in zip(before, figures, strict=True)]
    names = ("receipts", "total_fen", "goods_fen", "eligible_fen")
    rows = [
        {"outlet_id": outlet_id, "month": month, **dict(zip(names, figures, strict=True))}
        for (outlet_id, month), figures in sums.items()
    ]
    table = cast(Table, OutletMonth.__table__)
    add_up(session, table, rows, keys=("outlet_id", "month"), amounts=names)
