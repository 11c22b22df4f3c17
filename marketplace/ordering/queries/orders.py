"""One order, and lists of orders as far as a person may see them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import PERSON_NAMES
from marketplace.core.areas import EVERYTHING, in_area
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.core.paging import Page, PageRequest
from marketplace.ordering.models import Order, OrderEvent, Purchase, Refund
from marketplace.ordering.queries.parts import (
    consignee_of,
    count_listed,
    events_where,
    goods_by_order,
    lines_by_order,
    refunds_where,
    shipments_of,
)
from marketplace.ordering.queries.views import OrderRow, OrderView
from marketplace.ordering.rules import (
    ENDED,
    ROAD,
    AfterSaleState,
    OrderState,
    PaymentState,
    ShipmentState,
    may_see,
)
from marketplace.producers.queries import PRODUCER_NAMES
from marketplace.units.queries import UNIT_NAMES

OFFICE = (Role.BUYER, Role.APPROVER, Role.FINANCE, Role.ADMIN)

_UNPAID = (PaymentState.DUE, PaymentState.DECLARED, PaymentState.PART_PAID)
TABS: dict[str, ColumnElement[bool]] = {
    "in_approval": Order.state == OrderState.DRAFT,
    "to_pay": and_(
        Order.payment_state.in_(_UNPAID), Order.state.not_in([*ENDED, OrderState.DRAFT])
    ),
    "to_confirm": Order.state == OrderState.PLACED,
    "to_ship": Order.state.in_((OrderState.PLACED, OrderState.CONFIRMED)),
    # What the producer still has to send: a part that has left does not hide the rest.
    "to_send": or_(
        Order.state == OrderState.CONFIRMED,
        and_(Order.state == OrderState.SHIPPED, Order.shipment_state == ShipmentState.PART),
    ),
    "to_receive": Order.state == OrderState.SHIPPED,
    "to_accept": Order.state == OrderState.RECEIVED,
    "to_review": Order.state == OrderState.COMPLETED,
    "after_sale": Order.after_sale_state != AfterSaleState.NONE,
}


@dataclass(frozen=True)
class OrderFilter:
    """Which orders are wanted. None asks for all that the person may see."""

    tab: str | None = None
    unit_id: int | None = None
    producer_id: int | None = None
    state: str | None = None
    number: str | None = None
    # A list to be worked off: whoever has waited longest comes first.
    is_work: bool = False

    @classmethod
    def of_tab(cls, tab: str) -> "OrderFilter":
        return cls(tab=tab if tab in TABS else None)

    def conditions(self) -> list[ColumnElement[bool]]:
        wanted: list[ColumnElement[bool]] = []
        if self.tab in TABS:
            wanted.append(TABS[self.tab])
        for column, value in (
            (Order.unit_id, self.unit_id),
            (Order.producer_id, self.producer_id),
            (Order.state, self.state),
        ):
            if value is not None:
                wanted.append(column == value)
        if self.number is not None:
            wanted.append(Order.number.startswith(self.number, autoescape=True))
        return wanted


def visible_to(identity: Identity) -> ColumnElement[bool]:
    """The orders a person may see: those of their own, their unit's office, their producer's,
    and of the area they look after."""
    if identity.is_in_centre() and identity.area == EVERYTHING:
        return Order.id.is_not(None)
    here = in_area("order", Order.id, identity.area) if identity.is_in_centre() else []
    units = identity.organisations(OrganisationKind.UNIT, *OFFICE)
    producers = identity.organisations(OrganisationKind.PRODUCER)
    return or_(
        Order.buyer_id == identity.person_id,
        Order.unit_id.in_(units) if units else false(),
        and_(Order.producer_id.in_(producers), Order.placed_at.is_not(None))
        if producers
        else false(),
        *here,
    )


def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Order.id,
            Order.number,
            Order.purchase_id,
            Order.producer_id,
            PRODUCER_NAMES.c.name.label("producer_name"),
            Order.unit_id,
            func.coalesce(UNIT_NAMES.c.name, PERSON_NAMES.c.name).label("buyer_name"),
            Order.state,
            Order.payment_state,
            Order.shipment_state,
            Order.invoice_state,
            Order.after_sale_state,
            Order.payment_terms,
            Order.payable_fen,
            Purchase.created_at,
            Order.placed_at,
            Order.due_at,
            Purchase.state.label("purchase_state"),
            Purchase.expires_at,
        )
        .join(Purchase, Purchase.id == Order.purchase_id)
        .join(PRODUCER_NAMES, PRODUCER_NAMES.c.id == Order.producer_id)
        .join(PERSON_NAMES, PERSON_NAMES.c.id == Order.buyer_id)
        .join(UNIT_NAMES, UNIT_NAMES.c.id == Order.unit_id, isouter=True)
    )


def list_orders(
    session: Session, identity: Identity, wanted: OrderFilter, page: PageRequest
) -> Page[OrderRow]:
    """Orders that the person may see, the newest first; what waits, the longest waiting first."""
    conditions = [visible_to(identity), *wanted.conditions()]
    total = session.scalar(select(func.count()).select_from(Order).where(*conditions)) or 0
    rows = session.execute(
        _rows()
        .where(*conditions)
        .order_by(Order.id if wanted.is_work else Order.id.desc())
        .offset(page.offset)
        .limit(page.per_page)
    ).all()
    goods = goods_by_order(session, [row.id for row in rows])
    items = [_row(row, *goods.get(row.id, ("", 0))) for row in rows]
    return Page(items, page.page, page.per_page, total)


def _row(row: Any, first_goods: str, kinds: int) -> OrderRow:
    return OrderRow(**row._mapping, first_goods=first_goods, kinds=kinds)


def count_tabs(
    session: Session, identity: Identity, wanted: OrderFilter | None = None
) -> dict[str, int]:
    """How many orders stand under each tab, in one query."""
    conditions = [visible_to(identity), *(wanted.conditions() if wanted else [])]
    row = session.execute(
        select(*(func.count().filter(condition).label(tab) for tab, condition in TABS.items()))
        .select_from(Order)
        .where(*conditions)
    ).one()
    return dict(row._mapping)


def get_order(session: Session, identity: Identity, order_id: int) -> OrderView:
    """The order with everything about it. Raises NotFound where this person may not see it."""
    row = session.execute(
        select(
            Order,
            Purchase,
            PRODUCER_NAMES.c.name.label("producer_name"),
            PERSON_NAMES.c.name.label("buyer_name"),
            UNIT_NAMES.c.name.label("unit_name"),
        )
        .join(Purchase, Purchase.id == Order.purchase_id)
        .join(PRODUCER_NAMES, PRODUCER_NAMES.c.id == Order.producer_id)
        .join(PERSON_NAMES, PERSON_NAMES.c.id == Order.buyer_id)
        .join(UNIT_NAMES, UNIT_NAMES.c.id == Order.unit_id, isouter=True)
        .where(Order.id == order_id)
    ).one_or_none()
    if row is None or not _may_see(identity, row.Order):
        raise NotFound
    return _view(session, row)


def _may_see(identity: Identity, order: Order) -> bool:
    producers = [order.producer_id] if order.placed_at is not None else []
    return may_see(identity, order.unit_id, order.buyer_id, producers)


def _view(session: Session, row: Any) -> OrderView:
    order, purchase = row.Order, row.Purchase
    own = {
        name: getattr(order, name)
        for name in OrderView.__dataclass_fields__
        if hasattr(Order, name)
    }
    return OrderView(
        **own,
        purchase_number=purchase.number,
        purchase_state=purchase.state,
        producer_name=row.producer_name,
        unit_name=row.unit_name,
        buyer_name=row.buyer_name,
        fund=purchase.fund,
        reached=_reached(order),
        consignee=consignee_of(session, purchase),
        note=purchase.note,
        lines=tuple(lines_by_order(session, [order.id])[order.id]),
        events=events_where(
            session,
            or_(
                OrderEvent.order_id == order.id,
                and_(OrderEvent.purchase_id == purchase.id, OrderEvent.order_id.is_(None)),
            ),
        ),
        shipments=shipments_of(session, order.id),
        refunds=refunds_where(session, Refund.order_id == order.id),
        has_people=count_listed(session, purchase.id) > 0,
    )


def _reached(order: Order) -> str:
    """The last state on the road that an order has been in."""
    if order.state in ROAD:
        return order.state
    return OrderState.CONFIRMED if order.confirmed_at else OrderState.PLACED
