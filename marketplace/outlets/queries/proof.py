"""What outlets' receipts should come to in every book, for those who prove the books."""

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from marketplace.core.clock import month_of
from marketplace.outlets.models import OutletMonth, OutletReceipt, OutletSale
from marketplace.outlets.rules import ReceiptState

Figures = tuple[dict[str, int], dict[str, int]]


def receipt_figures(session: Session) -> Figures:
    """(receipt → sum of its lines as they were told, receipt → sum kept on it), then what of it
    is recognised, in the same way."""
    sale, receipt = OutletSale, OutletReceipt
    eligible = func.sum(case((sale.is_eligible, sale.amount_fen), else_=0))
    rows = session.execute(
        select(
            receipt.id, func.sum(sale.amount_fen), eligible, receipt.goods_fen, receipt.eligible_fen
        )
        .join(sale, sale.receipt_id == receipt.id)
        .where(sale.reverses_id.is_(None))
        .group_by(receipt.id)
    ).all()
    summed: dict[str, int] = {}
    kept: dict[str, int] = {}
    for receipt_id, goods, recognised, kept_goods, kept_recognised in rows:
        summed |= {f"{receipt_id}/goods": int(goods), f"{receipt_id}/eligible": int(recognised)}
        kept |= {f"{receipt_id}/goods": kept_goods, f"{receipt_id}/eligible": kept_recognised}
    return summed, kept


def line_figures(session: Session) -> tuple[dict[int, int], dict[int, int]]:
    """(line → what its villages should have after it was reversed or not, line → its packs).
    A reversing line takes from the villages of the line that it reverses."""
    sale = OutletSale
    rows = session.execute(
        select(sale.id, sale.packs, sale.amount_fen, sale.reverses_id, OutletReceipt.state).join(
            OutletReceipt, OutletReceipt.id == sale.receipt_id
        )
    ).all()
    sold = {
        sale_id: 0 if state == ReceiptState.REVERSED else amount_fen
        for sale_id, _packs, amount_fen, reverses_id, state in rows
        if reverses_id is None
    }
    return sold, {sale_id: packs for sale_id, packs, *_rest in rows}


def counted_by_receipt(session: Session) -> dict[int, int]:
    """Receipt → what should count of it under all rules: nothing until its unit has agreed."""
    receipt = OutletReceipt
    counts = case((receipt.state == ReceiptState.COUNTED, receipt.counted_fen), else_=0)
    rows = session.execute(select(receipt.id, counts).where(receipt.unit_id.is_not(None)))
    return {receipt_id: int(fen) for receipt_id, fen in rows}


def month_figures(session: Session) -> Figures:
    """(outlet and month → what its receipts sell, the same as it is kept)."""
    summed: dict[str, int] = {}
    stands = OutletReceipt.state != ReceiptState.REVERSED
    rows = session.execute(
        select(OutletReceipt.outlet_id, OutletReceipt.sold_on, func.sum(OutletReceipt.goods_fen))
        .where(stands)
        .group_by(OutletReceipt.outlet_id, OutletReceipt.sold_on)
    )
    for outlet_id, day, goods_fen in rows:
        key = f"{outlet_id}/{month_of(day)}"
        summed[key] = summed.get(key, 0) + int(goods_fen)
    kept = session.execute(select(OutletMonth.outlet_id, OutletMonth.month, OutletMonth.goods_fen))
    return summed, {f"{outlet_id}/{month}": fen for outlet_id, month, fen in kept}
