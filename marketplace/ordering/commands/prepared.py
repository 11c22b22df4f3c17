"""Money that is to go back without the buyer having asked: what a recall prepares."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from marketplace.ordering.commands.aftersale import step
from marketplace.ordering.commands.notify import tell
from marketplace.ordering.commands.record import lines_of
from marketplace.ordering.commands.refund import asked_for, parts_of_wish, rows_of
from marketplace.ordering.models import Order, Refund, RefundLine
from marketplace.ordering.rules import RefundedLine, RefundWish, TooMuchRefunded
from marketplace.ordering.rules.aftersale import Ground, Stage


def prepare_refund(
    session: Session,
    order: Order,
    asker: tuple[int | None, str],
    packs: Mapping[int, int],
    now: datetime,
) -> Refund | None:
    """A request for packs of lines that the buyer did not have to make: their batch was recalled.

    It lies with the operations centre and waits for nothing but its approval. Packs that were
    given back or are asked for already are left out; None where nothing is left. Who recalled,
    and in which words.
    """
    person_id, words = asker
    assert person_id is not None, order.id
    parts = _parts_left(session, order, packs, words)
    if not parts:
        return None
    refund = Refund(
        order_id=order.id,
        state="REQUESTED",
        amount_fen=sum(amount for _line, _packs, amount in parts),
        reason=words[:500],
        ground=Ground.QUALITY,
        stage=Stage.MEDIATION,
        requested_by=person_id,
        requested_at=now,
    )
    session.add(refund)
    session.flush()
    session.execute(insert(RefundLine), rows_of(refund, parts))
    step(session, order, refund, (None, "RECALLED", words[:500]), now)
    tell(session, "refund_in_mediation", refund.id, now)
    return refund


def _parts_left(
    session: Session, order: Order, packs: Mapping[int, int], words: str
) -> list[tuple[int, int, int]]:
    """(line, packs, fen) of what was not given back and is not asked for yet."""
    lines = lines_of(session, order)
    asked = asked_for(session, order.id)
    left = {
        line.id: line.accepted_quantity - line.refunded_quantity - asked.get(line.id, (0, 0))[0]
        for line in lines
    }
    wished = tuple(
        RefundedLine(line_id, min(number, left[line_id]))
        for line_id, number in packs.items()
        if min(number, left[line_id]) > 0
    )
    try:
        return parts_of_wish(lines, RefundWish(wished, reason=words), asked) if wished else []
    except TooMuchRefunded:
        # The money was given back before, as an amount and not by packs.
        return []
