"""Making a purchase and changing it while it is a draft. Prices come from the catalogue."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from marketplace.campaigns.queries import require_running
from marketplace.core.clock import day_of
from marketplace.core.db import AS_ONE
from marketplace.core.errors import Forbidden
from marketplace.core.identity import Identity
from marketplace.core.ids import new_code
from marketplace.ordering.commands.approval import restart_steps
from marketplace.ordering.commands.buyers import require_buyer
from marketplace.ordering.commands.calloff import price_under, tariffs_for
from marketplace.ordering.commands.consignees import write_consignee
from marketplace.ordering.commands.loads import loads_of
from marketplace.ordering.commands.people import Packed, list_packed, refuse_if_listed
from marketplace.ordering.commands.pricing import PricedLine, line_row, require_stock
from marketplace.ordering.commands.record import lines_of, open_purchase
from marketplace.ordering.models import Order, OrderLine, Purchase
from marketplace.ordering.rules import (
    CONFIRM_WITHIN,
    RETAIL_PAYS_WITHIN,
    OrderState,
    PaymentState,
    PurchaseChange,
    PurchaseState,
    PurchaseWish,
    WishedLine,
    require_state,
    require_terms,
)
from marketplace.producers.rules import Load, Tariff, freight_of


@dataclass(frozen=True)
class Drafted:
    """A purchase with its orders and their lines, in the order of their ids."""

    purchase: Purchase
    orders: Sequence[Order]
    lines: Sequence[OrderLine]


def draft_purchase(
    session: Session, identity: Identity, wish: PurchaseWish, now: datetime
) -> Purchase:
    """A purchase in DRAFT with one order per producer, at today's prices or those of its contract.
    Nothing is reserved."""
    return draft(session, identity, wish, now).purchase


def draft(
    session: Session,
    identity: Identity,
    wish: PurchaseWish,
    now: datetime,
    *,
    at_once: bool = False,
) -> Drafted:
    """The same with its parts. What is placed at once must be there: whoever comes too late is
    told so before anything is written."""
    contractor_id = require_buyer(session, identity, wish, now)
    require_running(session, wish.campaign_id, day_of(now))
    subject = (wish.contract_id, wish.unit_id)
    priced = price_under(session, subject, wish.lines, day_of(now))
    if at_once and wish.unit_id is None:
        require_stock(priced)
    purchase = _purchase(identity, wish, contractor_id, now)
    write_consignee(session, purchase, wish.consignee)
    if at_once:
        mark_handed_in(purchase, now)
    return fill(session, purchase, priced, day_of(now))


def mark_handed_in(purchase: Purchase, now: datetime) -> None:
    """A unit's goes to approval, a retail buyer's is placed and waits for the money."""
    purchase.submitted_at = now
    if purchase.unit_id is None:
        purchase.state = PurchaseState.PLACED
        purchase.expires_at = now + RETAIL_PAYS_WITHIN
    else:
        purchase.state = PurchaseState.IN_APPROVAL


def mark_placed(order: Order, now: datetime) -> None:
    """From now on its producer has so long to confirm it."""
    order.state = OrderState.PLACED
    order.payment_state = PaymentState.DUE
    order.placed_at = now
    order.due_at = now + CONFIRM_WITHIN


def _purchase(
    identity: Identity, wish: PurchaseWish, contractor_id: int | None, now: datetime
) -> Purchase:
    return Purchase(
        number=f"P{new_code(9)}",
        unit_id=wish.unit_id,
        buyer_id=identity.person_id,
        fund=wish.fund,
        payment_terms=wish.payment_terms,
        channel=wish.channel,
        host_id=wish.host_id,
        touches=[list(touch) for touch in wish.touches] or None,
        contract_id=wish.contract_id,
        campaign_id=wish.campaign_id,
        counts_for_unit_id=wish.counts_for_unit_id,
        contractor_id=contractor_id,
        state=PurchaseState.DRAFT,
        goods_fen=0,
        freight_fen=0,
        note=wish.note,
        created_at=now,
    )


def change_draft(
    session: Session, identity: Identity, purchase_id: int, change: PurchaseChange, now: datetime
) -> Purchase:
    """Changes lines, note and host of a draft, and the consignee until the first shipment."""
    purchase, orders = open_purchase(session, identity, purchase_id)
    if identity.person_id != purchase.buyer_id:
        raise Forbidden
    if change.is_for_drafts:
        require_state(purchase.state, PurchaseState.DRAFT)
        require_terms(purchase.unit_id, change.fund, change.payment_terms)
        purchase.fund = change.fund or purchase.fund
        purchase.payment_terms = change.payment_terms or purchase.payment_terms
    if change.consignee is not None:
        _change_consignee(session, purchase, orders, change)
        restart_steps(session, purchase, now)
    if change.note is not None:
        purchase.note = change.note
    if change.host_id is not None:
        purchase.host_id = change.host_id
    if change.lines is not None:
        refuse_if_listed(session, purchase.id)
        subject = (purchase.contract_id, purchase.unit_id)
        lines = price_under(session, subject, change.lines, day_of(now))
        empty(session, orders)
        fill(session, purchase, lines, day_of(now))
    session.flush()
    return purchase


def _change_consignee(
    session: Session, purchase: Purchase, orders: Sequence[Order], change: PurchaseChange
) -> None:
    assert change.consignee is not None
    require_state(
        purchase.state, PurchaseState.DRAFT, PurchaseState.IN_APPROVAL, PurchaseState.PLACED
    )
    for order in orders:
        require_state(order.state, OrderState.DRAFT, OrderState.PLACED, OrderState.CONFIRMED)
    write_consignee(session, purchase, change.consignee)


def empty(session: Session, orders: Sequence[Order]) -> None:
    """Takes the orders of a draft away; only a draft's may go."""
    ids = [order.id for order in orders]
    assert all(order.state == OrderState.DRAFT for order in orders), ids
    session.execute(delete(OrderLine).where(OrderLine.order_id.in_(ids)))
    session.execute(delete(Order).where(Order.id.in_(ids)))
    session.expire_all()


def fill(session: Session, purchase: Purchase, lines: Sequence[PricedLine], today: date) -> Drafted:
    """Makes one order per producer from priced lines, and the sums of the purchase."""
    by_producer: dict[int, list[PricedLine]] = defaultdict(list)
    for line in lines:
        by_producer[line.variant.producer_id].append(line)
    tariffs = tariffs_for(session, purchase.contract_id, list(by_producer))
    orders = [
        _order(purchase, place, (producer_id, tariffs[producer_id]), mine)
        for place, (producer_id, mine) in enumerate(sorted(by_producer.items()), start=1)
    ]
    sum_up(purchase, orders)
    session.add(purchase)
    session.flush()
    for order in orders:
        order.purchase_id = purchase.id
        if purchase.state == PurchaseState.PLACED and purchase.submitted_at is not None:
            mark_placed(order, purchase.submitted_at)
    session.add_all(orders)
    session.flush()
    rows = [
        line_row(order.id, line, today)
        for order in orders
        for line in by_producer[order.producer_id]
    ]
    written = insert(OrderLine).returning(OrderLine)
    made = session.scalars(written, rows, execution_options=AS_ONE)
    return Drafted(purchase, orders, sorted(made, key=lambda line: line.id))


def _order(
    purchase: Purchase,
    place: int,
    producer: tuple[int, Tariff],
    lines: Sequence[PricedLine],
) -> Order:
    producer_id, tariff = producer
    load = Load(
        goods_fen=sum(line.line_fen for line in lines),
        pieces=sum(line.quantity for line in lines),
        weight_g=sum(line.quantity * line.variant.pack_grams for line in lines),
        address=purchase.consignee_address,
    )
    freight_fen = freight_of(load, tariff)
    return Order(
        number=f"{purchase.number}-{place}",
        producer_id=producer_id,
        unit_id=purchase.unit_id,
        buyer_id=purchase.buyer_id,
        payment_terms=purchase.payment_terms,
        state=OrderState.DRAFT,
        goods_fen=load.goods_fen,
        freight_fen=freight_fen,
        payable_fen=load.goods_fen + freight_fen,
    )


def sum_up(purchase: Purchase, orders: Sequence[Order]) -> None:
    """The sums of a purchase are those of its orders."""
    purchase.goods_fen = sum(order.goods_fen for order in orders)
    purchase.freight_fen = sum(order.freight_fen for order in orders)


@dataclass(frozen=True)
class Repriced:
    """The lines of a draft at today's prices, what the catalogue says about each, and the packs
    of its people, if it has any."""

    lines: Sequence[OrderLine]
    priced: Sequence[PricedLine]
    packed: Sequence[Packed]


def reprice(session: Session, purchase: Purchase, orders: Sequence[Order], today: date) -> Repriced:
    """Brings the lines of a draft to today's prices (under a contract, to those agreed) and
    certificates: what the buyer submits."""
    old = lines_of(session, *orders)
    wished = [WishedLine(line.variant_id, line.quantity) for line in old]
    subject = (purchase.contract_id, purchase.unit_id)
    priced = price_under(session, subject, wished, today)
    lines = {line.variant.variant_id: line for line in priced}
    for line in old:
        for name, value in line_row(line.order_id, lines[line.variant_id], today).items():
            setattr(line, name, value)
    producers = [order.producer_id for order in orders]
    tariffs = tariffs_for(session, purchase.contract_id, producers)
    packed = list_packed(session, purchase.id)
    loads = loads_of(purchase, old, packed)
    for order in orders:
        tariff, mine = tariffs[order.producer_id], loads[order.id]
        order.goods_fen = sum(load.goods_fen for load in mine)
        order.freight_fen = sum(freight_of(load, tariff) for load in mine)
        order.payable_fen = order.goods_fen + order.freight_fen
    sum_up(purchase, orders)
    session.flush()
    return Repriced(old, priced, packed)
