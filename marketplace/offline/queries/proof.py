"""What offline purchases should come to in every book, for those who prove the books."""

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from marketplace.offline.models import OfflineLine, OfflinePurchase
from marketplace.offline.rules import OfflineState


def purchase_figures(session: Session) -> tuple[dict[str, int], dict[str, int]]:
    """(number → sum of its lines, number → sum kept on it)."""
    rows = session.execute(
        select(OfflinePurchase.number, func.sum(OfflineLine.amount_fen), OfflinePurchase.goods_fen)
        .outerjoin(OfflineLine, OfflineLine.offline_id == OfflinePurchase.id)
        .group_by(OfflinePurchase.id)
    ).all()
    summed = {number: int(lines_fen or 0) for number, lines_fen, _goods in rows}
    return summed, {number: goods_fen for number, _lines, goods_fen in rows}


def line_figures(session: Session) -> tuple[dict[int, int], dict[int, int]]:
    """(line → what its villages should have, line → what should count of it under all rules).

    What is not verified, or was reversed, comes to nothing.
    """
    stands = case((OfflinePurchase.state == OfflineState.VERIFIED, 1), else_=0)
    rows = session.execute(
        select(
            OfflineLine.id,
            OfflineLine.amount_fen * stands,
            OfflineLine.amount_fen * OfflineLine.counted_rules * stands,
        ).join(OfflinePurchase, OfflinePurchase.id == OfflineLine.offline_id)
    ).all()
    return (
        {line_id: sold_fen for line_id, sold_fen, _counted in rows},
        {line_id: counted_fen for line_id, _sold, counted_fen in rows},
    )


def held_numbers(session: Session) -> dict[str, str]:
    """Invoice number → holder, of every offline purchase that still stands for its invoice."""
    given_back = (OfflineState.REFUSED, OfflineState.REVERSED)
    rows = session.execute(
        select(OfflinePurchase.invoice_number, OfflinePurchase.number).where(
            OfflinePurchase.state.not_in(given_back)
        )
    )
    return {taken: f"offline:{number}" for taken, number in rows}
