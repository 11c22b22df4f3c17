"""The producer's part: confirming and shipping; and the buyer's word that it arrived."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from marketplace.catalogue.commands import issue
from marketplace.catalogue.queries.batches import recalled_batches
from marketplace.core.errors import N_, invalid
from marketplace.core.identity import Identity
from marketplace.ordering.commands.calloff import keep_to_agreed_freight
from marketplace.ordering.commands.draft import sum_up
from marketplace.ordering.commands.notify import tell
from marketplace.ordering.commands.people import hand_out
from marketplace.ordering.commands.record import lines_of, lock_orders, note, open_order
from marketplace.ordering.commands.settle import set_payment_state
from marketplace.ordering.models import (
    Order,
    OrderLine,
    OrderLineBatch,
    Purchase,
    Shipment,
    ShipmentLine,
)
from marketplace.ordering.queries.recalls import blocked_packs
from marketplace.ordering.rules import (
    MAX_FREIGHT_FEN,
    PAY_EXTENSION,
    PAY_WITHIN,
    NotPaid,
    OrderState,
    Parcel,
    ParcelLine,
    ShipmentState,
    WrongLines,
    awaits_payment,
    require_producer,
    require_receiver,
    require_state,
)
from marketplace.ordering.rules.recalls import RecalledInside
from marketplace.ordering.rules.refusals import ParcelSent
from marketplace.ordering.rules.short import left_of

SENDABLE = (OrderState.CONFIRMED, OrderState.SHIPPED)


def confirm(
    session: Session, identity: Identity, order_id: int, freight_fen: int | None, now: datetime
) -> Order:
    """The producer takes the order on. Freight may change here, and nowhere else."""
    purchase, order = open_order(session, identity, order_id)
    require_producer(identity, order.producer_id)
    if order.confirmed_at is not None and freight_fen in (None, order.freight_fen):
        return order
    require_state(order.state, OrderState.PLACED)
    if freight_fen is not None and freight_fen != order.freight_fen:
        _change_freight(session, purchase, order, freight_fen)
        note(session, order, "FREIGHT_CHANGED", identity, now, freight_fen=freight_fen)
    order.state = OrderState.CONFIRMED
    order.confirmed_at = now
    set_payment_state(order)
    waits = awaits_payment(order.payment_terms, order.payment_state)
    order.due_at = now + PAY_WITHIN if waits else None
    note(session, order, "CONFIRMED", identity, now)
    tell(session, "order_confirmed", order.id, now)
    session.flush()
    return order


def _change_freight(session: Session, purchase: Purchase, order: Order, freight_fen: int) -> None:
    if not 0 <= freight_fen <= MAX_FREIGHT_FEN:
        raise invalid("freight_fen", N_("运费要在 0 到 100 万元之间。"))
    # A retail buyer has paid by now and agreed to this freight: it can only become less.
    if purchase.unit_id is None and freight_fen > order.freight_fen:
        raise invalid("freight_fen", N_("个人订单的运费只能减少,不能增加。"))
    keep_to_agreed_freight(session, purchase, freight_fen)
    order.payable_fen += freight_fen - order.freight_fen
    order.freight_fen = freight_fen
    sum_up(purchase, lock_orders(session, purchase.id))


def extend_payment(session: Session, identity: Identity, order_id: int, now: datetime) -> Order:
    """Gives the buyer fifteen more days to pay, once."""
    _purchase, order = open_order(session, identity, order_id)
    require_producer(identity, order.producer_id)
    if order.extended:
        return order
    require_state(order.state, OrderState.CONFIRMED)
    if order.due_at is not None:
        order.due_at += PAY_EXTENSION
        order.extended = True
        note(session, order, "PAYMENT_EXTENDED", identity, now)
    session.flush()
    return order


def ship(
    session: Session, identity: Identity, order_id: int, parcel: Parcel, now: datetime
) -> Order:
    """Goods leave in a parcel, whole or in part. Prepaid orders wait for the money."""
    _purchase, order = open_order(session, identity, order_id)
    require_producer(identity, order.producer_id)
    lines = lines_of(session, order)
    blocked = blocked_packs(session, [line.id for line in lines])
    if _was_sent(session, order, parcel, _may_leave(lines, blocked)):
        return order
    require_sendable(order)
    quantities = _parcel_quantities(lines, parcel, blocked)
    (shipment_id,) = send(session, order, lines, [(parcel, quantities)], now)
    hand_out(session, order, lines, (shipment_id, quantities))
    note(session, order, "SHIPPED", identity, now, carrier=parcel.carrier, tracking=parcel.tracking)
    tell(session, "order_shipped", order.id, now)
    session.flush()
    return order


def require_sendable(order: Order) -> None:
    """Raises WrongState or NotPaid where nothing of the order may leave now."""
    require_state(order.state, *SENDABLE)
    if order.shipment_state == ShipmentState.SHIPPED:
        require_state(order.state, OrderState.CONFIRMED)
    if awaits_payment(order.payment_terms, order.payment_state):
        raise NotPaid


def _was_sent(session: Session, order: Order, parcel: Parcel, may_leave: Mapping[int, int]) -> bool:
    """A second call for a parcel that is already on its way has had its effect. Raises ParcelSent
    where it names another carrier or other contents; without lines it means all that is left, so
    nothing may be."""
    if not parcel.tracking:
        return False
    held = (
        select(Shipment.id, Shipment.carrier, ShipmentLine.order_line_id, ShipmentLine.quantity)
        .join(ShipmentLine, ShipmentLine.shipment_id == Shipment.id)
        .where(Shipment.order_id == order.id, Shipment.tracking == parcel.tracking)
    )
    contents: dict[tuple[int, str], dict[int, int]] = {}
    for shipment_id, carrier, line_id, quantity in session.execute(held):
        contents.setdefault((shipment_id, carrier), {})[line_id] = quantity
    if not contents:
        return False
    same = [packs for (_id, carrier), packs in contents.items() if carrier == parcel.carrier]
    if parcel.lines is None:
        is_told_again = bool(same) and not (order.state in SENDABLE and any(may_leave.values()))
    else:
        is_told_again = _wished(parcel.lines) in same
    if not is_told_again:
        raise ParcelSent(tracking=parcel.tracking)
    return True


def _wished(lines: Iterable[ParcelLine]) -> dict[int, int]:
    """Packs by line, lines with none left out."""
    quantities: dict[int, int] = {}
    for wished in lines:
        quantities[wished.line_id] = quantities.get(wished.line_id, 0) + wished.quantity
    return {line_id: quantity for line_id, quantity in quantities.items() if quantity}


def send(
    session: Session,
    order: Order,
    lines: Sequence[OrderLine],
    parcels: Sequence[tuple[Parcel, Mapping[int, int]]],
    now: datetime,
) -> Sequence[int]:
    """Parcels leave, each with its packs by line. Returns the ids of the shipments.

    All of them move stock together: a staff list may need thousands.
    """
    ids = _write_shipments(session, order, parcels, now)
    sent: Counter[int] = Counter()
    for _parcel, quantities in parcels:
        sent.update(quantities)
    for line in lines:
        line.shipped_quantity += sent[line.id]
    source = f"shipment:{ids[0]}" if len(ids) == 1 else f"shipment:{ids[0]}-{ids[-1]}"
    issue(session, _take_from_batches(session, sent), source, now)
    whole = all(left_of(line) == 0 for line in lines)
    order.shipment_state = ShipmentState.SHIPPED if whole else ShipmentState.PART
    order.state = OrderState.SHIPPED
    order.shipped_at = order.shipped_at or now
    order.due_at = None
    return ids


def _write_shipments(
    session: Session,
    order: Order,
    parcels: Sequence[tuple[Parcel, Mapping[int, int]]],
    now: datetime,
) -> Sequence[int]:
    labels = [
        {
            "order_id": order.id,
            "carrier": parcel.carrier,
            "tracking": parcel.tracking,
            "shipped_at": now,
        }
        for parcel, _quantities in parcels
    ]
    returning = insert(Shipment).returning(Shipment.id, sort_by_parameter_order=True)
    ids = session.scalars(returning, labels).all()
    contents = [
        {"shipment_id": key, "order_line_id": line_id, "quantity": quantity}
        for key, (_parcel, quantities) in zip(ids, parcels, strict=True)
        for line_id, quantity in quantities.items()
    ]
    session.execute(insert(ShipmentLine), contents)
    return ids


def _parcel_quantities(
    lines: Sequence[OrderLine], parcel: Parcel, blocked: Mapping[int, int]
) -> dict[int, int]:
    """Packs by line. Raises WrongLines for another order's line or more than is left, and
    RecalledInside where what is left may not leave."""
    left = _may_leave(lines, blocked)
    if blocked and not any(left.values()):
        raise RecalledInside(packs=sum(blocked.values()))
    if parcel.lines is None:
        return {line_id: quantity for line_id, quantity in left.items() if quantity}
    names = {line.id: line.product_name for line in lines}
    packed = _wished(parcel.lines)
    for line_id, quantity in packed.items():
        if not 0 <= quantity <= left.get(line_id, 0):
            raise WrongLines(name=names.get(line_id, str(line_id)), most=left.get(line_id, 0))
    if not packed:
        raise invalid("lines", N_("这一箱还没有货,请至少填一行的数量。"))
    return packed


def _may_leave(lines: Sequence[OrderLine], blocked: Mapping[int, int]) -> dict[int, int]:
    """Packs by line that are still to be sent and not held back by a recall."""
    return {line.id: max(0, left_of(line) - blocked.get(line.id, 0)) for line in lines}


def _take_from_batches(session: Session, quantities: Mapping[int, int]) -> dict[int, int]:
    """Which reserved batches the packs come from, and marks them as gone."""
    reserved = session.scalars(
        select(OrderLineBatch)
        .where(OrderLineBatch.order_line_id.in_(list(quantities)))
        .order_by(OrderLineBatch.order_line_id, OrderLineBatch.batch_id)
    )
    left = dict(quantities)
    taken: dict[int, int] = {}
    parts = reserved.all()
    recalled = recalled_batches(session, {part.batch_id for part in parts})
    for part in parts:
        if part.batch_id in recalled:
            continue
        free = part.quantity - part.shipped_quantity - part.released_quantity
        packs = min(free, left[part.order_line_id])
        if packs:
            part.shipped_quantity += packs
            left[part.order_line_id] -= packs
            taken[part.batch_id] = taken.get(part.batch_id, 0) + packs
    if recalled and any(left.values()):
        raise RecalledInside(packs=sum(left.values()))
    assert not any(left.values()), (quantities, left)
    return taken


def receive(session: Session, identity: Identity, order_id: int, now: datetime) -> Order:
    """The consignee says that the goods are there."""
    purchase, order = open_order(session, identity, order_id)
    require_receiver(identity, purchase.unit_id, purchase.buyer_id)
    if order.received_at is not None:
        return order
    require_state(order.state, OrderState.SHIPPED)
    mark_received(session, identity, order, now)
    session.flush()
    return order


def mark_received(session: Session, identity: Identity, order: Order, now: datetime) -> None:
    order.state = OrderState.RECEIVED
    order.received_at = now
    if order.shipment_state == ShipmentState.SHIPPED:
        order.shipment_state = ShipmentState.DELIVERED
    note(session, order, "RECEIVED", identity, now)
