"""What a producer asks to send less, with what it means for money and quota."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.ordering.models import OrderLine, ShortLine, ShortRequest


@dataclass(frozen=True)
class MissingLine:
    """Packs of a line that will not come."""

    product_name: str
    variant_name: str
    packs: int
    amount_fen: int
    is_certified: bool


@dataclass(frozen=True)
class ShortView:
    """An open request of an order."""

    id: int
    reason: str
    asked_at: datetime
    lines: tuple[MissingLine, ...]

    @property
    def amount_fen(self) -> int:
        """By how much the goods cost less."""
        return sum(line.amount_fen for line in self.lines)

    @property
    def countable_fen(self) -> int:
        """By how much less would count where a certificate is asked for."""
        return sum(line.amount_fen for line in self.lines if line.is_certified)


def find_short(session: Session, order_id: int) -> ShortView | None:
    """The request of an order that waits for its buyer."""
    rows = session.execute(
        select(ShortRequest, ShortLine, OrderLine)
        .join(ShortLine, ShortLine.request_id == ShortRequest.id)
        .join(OrderLine, OrderLine.id == ShortLine.order_line_id)
        .where(ShortRequest.order_id == order_id, ShortRequest.state == "ASKED")
        .order_by(OrderLine.id)
    ).all()
    if not rows:
        return None
    request = rows[0][0]
    missing = tuple(
        MissingLine(
            line.product_name,
            line.variant_name,
            short.packs,
            short.packs * line.unit_price_fen,
            line.is_certified,
        )
        for _request, short, line in rows
    )
    return ShortView(request.id, request.reason, request.asked_at, missing)


def order_of_short(session: Session, request_id: int) -> int | None:
    return session.scalar(select(ShortRequest.order_id).where(ShortRequest.id == request_id))
