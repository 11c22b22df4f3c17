"""What boards say of orders that are complete, for the proof of the books."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.broadcast.queries.board import AMOUNT, SALES, WHOLE
from marketplace.ordering.queries.worth import WORTH
from marketplace.ordering.rules import OrderState


def completed_on_boards(session: Session) -> tuple[dict[int, int], dict[int, int]]:
    """(what each session sold, what that earned) of complete orders, where something is left."""
    rows = session.execute(
        select(SALES.c.session_id, AMOUNT, func.sum(WHOLE))
        .select_from(SALES)
        .join(WORTH, WORTH.c.line_id == SALES.c.order_line_id)
        .where(WORTH.c.state == OrderState.COMPLETED, WORTH.c.worth_fen > 0)
        .group_by(SALES.c.session_id)
    ).all()
    sold = {row[0]: int(row[1]) for row in rows}
    return sold, {row[0]: int(row[2]) for row in rows if row[2]}
