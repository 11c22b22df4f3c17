"""Requests to count an order for another unit."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.core.paging import Page, PageRequest
from marketplace.ordering.models import Order, Reattribution
from marketplace.units.queries import get_visible_unit, names_of


@dataclass(frozen=True)
class ReattributionView:
    """A request as both sides see it."""

    id: int
    order_id: int
    number: str
    amount_fen: int
    from_unit_id: int
    from_unit_name: str
    to_unit_id: int
    to_unit_name: str
    reason: str
    state: str
    asked_by: int
    asked_at: datetime
    from_approved: bool
    to_approved: bool
    answer: str


def find_open(session: Session, order_id: int) -> Reattribution | None:
    """The request that waits for an order, if one does."""
    waiting = select(Reattribution).where(
        Reattribution.order_id == order_id, Reattribution.state == "ASKED"
    )
    return session.scalars(waiting).one_or_none()


def holder_of(session: Session, order: Order) -> int | None:
    """The unit that an order counts for: that of the purchase, or where it was moved last."""
    moved = session.scalar(
        select(Reattribution.to_unit_id)
        .where(Reattribution.order_id == order.id, Reattribution.state == "DONE")
        .order_by(Reattribution.id.desc())
        .limit(1)
    )
    return moved or order.unit_id


def find_order_of_unit(session: Session, unit_id: int, number: str) -> int | None:
    """The id of the order with this number that counts for a unit."""
    order = session.scalars(select(Order).where(Order.number == number)).one_or_none()
    return order.id if order and holder_of(session, order) == unit_id else None


def list_reattributions(
    session: Session, identity: Identity, unit_id: int, page: PageRequest
) -> Page[ReattributionView]:
    """Requests from and to a unit, the newest first. Raises NotFound for strangers."""
    get_visible_unit(session, identity, unit_id)
    mine = or_(Reattribution.from_unit_id == unit_id, Reattribution.to_unit_id == unit_id)
    total = session.scalar(select(func.count()).select_from(Reattribution).where(mine)) or 0
    found = session.execute(
        select(Reattribution, Order)
        .join(Order, Order.id == Reattribution.order_id)
        .where(mine)
        .order_by(Reattribution.id.desc())
        .offset(page.offset)
        .limit(page.per_page)
    ).all()
    units = {unit for row, _order in found for unit in (row.from_unit_id, row.to_unit_id)}
    names = names_of(session, units)
    rows = [_view(row, order, names) for row, order in found]
    return Page(rows, page.page, page.per_page, total)


def get_reattribution(session: Session, request_id: int) -> ReattributionView:
    """One request, for whoever has just written to it. Raises NotFound where there is none."""
    found = session.execute(
        select(Reattribution, Order)
        .join(Order, Order.id == Reattribution.order_id)
        .where(Reattribution.id == request_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    row, order = found
    return _view(row, order, names_of(session, [row.from_unit_id, row.to_unit_id]))


def _view(row: Reattribution, order: Order, names: dict[int, str]) -> ReattributionView:
    return ReattributionView(
        id=row.id,
        order_id=row.order_id,
        number=order.number,
        amount_fen=order.payable_fen,
        from_unit_id=row.from_unit_id,
        from_unit_name=names[row.from_unit_id],
        to_unit_id=row.to_unit_id,
        to_unit_name=names[row.to_unit_id],
        reason=row.reason,
        state=row.state,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        from_approved=row.from_approved_by is not None,
        to_approved=row.to_approved_by is not None,
        answer=row.answer,
    )
