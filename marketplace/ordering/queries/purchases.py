"""One purchase with its orders, lists of purchases, and what waits for approval."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.queries import PERSON_NAMES
from marketplace.contractors.queries import names_of as contractor_names
from marketplace.core.areas import EVERYTHING, in_area
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.core.paging import Page, PageRequest
from marketplace.ordering.models import Order, OrderEvent, Purchase
from marketplace.ordering.queries.approval import turns_of
from marketplace.ordering.queries.orders import OFFICE, visible_to
from marketplace.ordering.queries.parts import (
    consignee_of,
    count_listed,
    events_where,
    lines_by_order,
)
from marketplace.ordering.queries.views import LineView, OrderPart, PurchaseRow, PurchaseView
from marketplace.ordering.rules import Consignee, PurchaseState, may_see
from marketplace.producers.queries import PRODUCER_NAMES
from marketplace.units.queries import UNIT_NAMES, names_of


def _visible_to(identity: Identity) -> ColumnElement[bool]:
    if identity.is_in_centre() and identity.area == EVERYTHING:
        return Purchase.id.is_not(None)
    here = in_area("purchase", Purchase.id, identity.area) if identity.is_in_centre() else []
    units = identity.organisations(OrganisationKind.UNIT, *OFFICE)
    producers = identity.organisations(OrganisationKind.PRODUCER)
    theirs = exists().where(
        and_(
            Order.purchase_id == Purchase.id,
            Order.producer_id.in_(producers),
            Order.placed_at.is_not(None),
        )
    )
    return or_(
        Purchase.buyer_id == identity.person_id,
        Purchase.unit_id.in_(units) if units else false(),
        theirs if producers else false(),
        *here,
    )


def _rows() -> Select[*tuple[Any, ...]]:
    return select(
        Purchase.id,
        Purchase.number,
        Purchase.state,
        Purchase.unit_id,
        Purchase.buyer_id,
        PERSON_NAMES.c.name,
        Purchase.fund,
        Purchase.payment_terms,
        Purchase.goods_fen,
        Purchase.freight_fen,
        Purchase.created_at,
        Purchase.submitted_at,
    ).join(PERSON_NAMES, PERSON_NAMES.c.id == Purchase.buyer_id)


def list_purchases(
    session: Session,
    identity: Identity,
    page: PageRequest,
    *,
    state: str | None = None,
    number: str | None = None,
) -> Page[PurchaseRow]:
    """Purchases that the person may see, the newest first."""
    conditions = [_visible_to(identity)]
    if state is not None:
        conditions.append(Purchase.state == state)
    if number is not None:
        conditions.append(Purchase.number.startswith(number, autoescape=True))
    total = session.scalar(select(func.count()).select_from(Purchase).where(*conditions)) or 0
    rows = session.execute(
        _rows()
        .where(*conditions)
        .order_by(Purchase.id.desc())
        .offset(page.offset)
        .limit(page.per_page)
    )
    return Page([PurchaseRow(*row) for row in rows], page.page, page.per_page, total)


def list_to_approve(
    session: Session, identity: Identity, now: datetime, unit_id: int | None = None
) -> list[PurchaseRow]:
    """What waits for this person's decision, the oldest first; not what waits for others."""
    units = identity.organisations(OrganisationKind.UNIT, Role.APPROVER)
    if unit_id is not None:
        units = tuple(unit for unit in units if unit == unit_id)
    rows = session.execute(
        _rows()
        .where(Purchase.unit_id.in_(units), Purchase.state == PurchaseState.IN_APPROVAL)
        .order_by(Purchase.submitted_at, Purchase.id)
        .limit(200)
    )
    found = [PurchaseRow(*row) for row in rows]
    turns = turns_of(session, [row.id for row in found], now)
    return [row for row in found if identity.person_id in turns.get(row.id, {identity.person_id})]


def get_purchase(session: Session, identity: Identity, purchase_id: int) -> PurchaseView:
    """The purchase with its orders. Raises NotFound where this person may not see it.

    A producer sees only the order that is theirs.
    """
    row = session.execute(
        select(
            Purchase, PERSON_NAMES.c.name.label("buyer_name"), UNIT_NAMES.c.name.label("unit_name")
        )
        .join(PERSON_NAMES, PERSON_NAMES.c.id == Purchase.buyer_id)
        .join(UNIT_NAMES, UNIT_NAMES.c.id == Purchase.unit_id, isouter=True)
        .where(Purchase.id == purchase_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    orders = _orders_of(session, identity, row.Purchase)
    if not orders:
        raise NotFound
    return _view(session, row, orders)


def _orders_of(session: Session, identity: Identity, purchase: Purchase) -> tuple[OrderPart, ...]:
    rows = session.execute(
        select(Order, PRODUCER_NAMES.c.name)
        .join(PRODUCER_NAMES, PRODUCER_NAMES.c.id == Order.producer_id)
        .where(Order.purchase_id == purchase.id, *_in_sight(identity))
        .order_by(Order.id)
    ).all()
    seen = [(order, name) for order, name in rows if _may_see(identity, purchase, order)]
    lines = lines_by_order(session, [order.id for order, _name in seen])
    return tuple(_part(order, name, lines) for order, name in seen)


def _in_sight(identity: Identity) -> list[ColumnElement[bool]]:
    """An official of an area sees the orders that another county has no part in as little as a
    producer sees those of others."""
    limited = identity.is_in_centre() and identity.area != EVERYTHING
    return [visible_to(identity)] if limited else []


def _may_see(identity: Identity, purchase: Purchase, order: Order) -> bool:
    producers = [order.producer_id] if order.placed_at is not None else []
    return may_see(identity, purchase.unit_id, purchase.buyer_id, producers)


def _part(order: Order, producer_name: str, lines: Mapping[int, list[LineView]]) -> OrderPart:
    own = {
        name: getattr(order, name)
        for name in OrderPart.__dataclass_fields__
        if hasattr(Order, name)
    }
    return OrderPart(**own, producer_name=producer_name, lines=tuple(lines[order.id]))


def _view(session: Session, row: Any, orders: tuple[OrderPart, ...]) -> PurchaseView:
    purchase = row.Purchase
    own = {
        name: getattr(purchase, name)
        for name in PurchaseView.__dataclass_fields__
        if hasattr(Purchase, name)
    }
    return PurchaseView(
        **own,
        unit_name=row.unit_name,
        buyer_name=row.buyer_name,
        counts_for_name=_counted_unit(session, purchase),
        contractor_name=_contractor(session, purchase),
        consignee=consignee_of(session, purchase),
        orders=orders,
        events=events_where(
            session, OrderEvent.purchase_id == purchase.id, OrderEvent.order_id.is_(None)
        ),
        people=count_listed(session, purchase.id),
    )


def _contractor(session: Session, purchase: Purchase) -> str:
    if purchase.contractor_id is None:
        return ""
    return contractor_names(session, [purchase.contractor_id])[purchase.contractor_id]


def _counted_unit(session: Session, purchase: Purchase) -> str:
    """The name of the unit that an individual's purchase is to count for."""
    chosen = purchase.counts_for_unit_id
    return names_of(session, [chosen])[chosen] if chosen else ""


def holder_of(session: Session, purchase_id: int) -> tuple[int | None, int]:
    """Whose account a purchase is paid from: (unit or None, buyer). Raises NotFound."""
    row = session.execute(
        select(Purchase.unit_id, Purchase.buyer_id).where(Purchase.id == purchase_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row.unit_id, row.buyer_id


def buyers_of(session: Session, purchase_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """(number, who buys) of purchases: the unit, or the person where it is a private one."""
    rows = session.execute(
        select(Purchase.id, Purchase.number, func.coalesce(UNIT_NAMES.c.name, PERSON_NAMES.c.name))
        .join(PERSON_NAMES, PERSON_NAMES.c.id == Purchase.buyer_id)
        .join(UNIT_NAMES, UNIT_NAMES.c.id == Purchase.unit_id, isouter=True)
        .where(Purchase.id.in_(purchase_ids))
    )
    return {purchase_id: (number, name) for purchase_id, number, name in rows}


def find_purchase(session: Session, number: str) -> int | None:
    """The id of a placed purchase by its number."""
    wanted = select(Purchase.id).where(Purchase.number == number, Purchase.state != "DRAFT")
    return session.scalar(wanted)


def last_consignee(session: Session, person_id: int) -> Consignee | None:
    """Whom the person's latest purchase went to, so that it need not be typed again."""
    row = session.execute(
        select(Purchase.consignee_name, Purchase.consignee_phone_sealed, Purchase.consignee_address)
        .where(Purchase.buyer_id == person_id)
        .order_by(Purchase.id.desc())
        .limit(1)
    ).one_or_none()
    return consignee_of(session, row) if row else None
