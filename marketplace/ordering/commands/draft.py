"""Making a purchase and changing it while it is a draft. Prices come from the catalogue."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from marketplace.catalogue.queries import VariantFacts, variants_for
from marketplace.core.clock import day_of
from marketplace.core.errors import N_, FieldError, Forbidden, InvalidInput, invalid
from marketplace.core.identity import Identity
from marketplace.core.ids import new_code
from marketplace.ordering.commands.approval import restart_steps
from marketplace.ordering.commands.buyers import require_buyer
from marketplace.ordering.commands.record import lines_of, open_purchase
from marketplace.ordering.models import Order, OrderLine, Purchase
from marketplace.ordering.rules import (
    MAX_LINES,
    MAX_PURCHASE_FEN,
    MAX_QUANTITY,
    EmptyPurchase,
    InsufficientQuantity,
    NotOnSale,
    OrderState,
    PurchaseChange,
    PurchaseState,
    PurchaseWish,
    TooLarge,
    WishedLine,
    require_state,
    require_terms,
    summed,
)
from marketplace.producers.queries import tariffs_of
from marketplace.producers.rules import Load, Tariff, freight_of

WRONG_QUANTITY = N_("数量要在 1 到 %(most)s 之间。")
UNKNOWN_VARIANT = N_("没有这个商品规格,请从商品页重新选择。")


@dataclass(frozen=True)
class PricedLine:
    """A wished line with what the catalogue says about it today."""

    variant: VariantFacts
    quantity: int

    @property
    def line_fen(self) -> int:
        return self.variant.price_fen * self.quantity


def draft_purchase(
    session: Session, identity: Identity, wish: PurchaseWish, now: datetime
) -> Purchase:
    """A purchase in DRAFT with one order per producer, at today's prices. Nothing is reserved."""
    contractor_id = require_buyer(session, identity, wish, now)
    lines = price(session, wish.lines, day_of(now))
    purchase = Purchase(
        number=f"P{new_code(9)}",
        unit_id=wish.unit_id,
        buyer_id=identity.person_id,
        fund=wish.fund,
        payment_terms=wish.payment_terms,
        channel=wish.channel,
        host_id=wish.host_id,
        counts_for_unit_id=wish.counts_for_unit_id,
        contractor_id=contractor_id,
        state=PurchaseState.DRAFT,
        goods_fen=0,
        freight_fen=0,
        consignee_name=wish.consignee.name,
        consignee_phone=wish.consignee.phone,
        consignee_address=wish.consignee.address,
        note=wish.note,
        created_at=now,
    )
    session.add(purchase)
    session.flush()
    fill(session, purchase, lines, day_of(now))
    return purchase


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
        _change_consignee(purchase, orders, change)
        restart_steps(session, purchase, now)
    if change.note is not None:
        purchase.note = change.note
    if change.host_id is not None:
        purchase.host_id = change.host_id
    if change.lines is not None:
        lines = price(session, change.lines, day_of(now))
        empty(session, orders)
        fill(session, purchase, lines, day_of(now))
    session.flush()
    return purchase


def _change_consignee(purchase: Purchase, orders: Sequence[Order], change: PurchaseChange) -> None:
    assert change.consignee is not None
    require_state(
        purchase.state, PurchaseState.DRAFT, PurchaseState.IN_APPROVAL, PurchaseState.PLACED
    )
    for order in orders:
        require_state(order.state, OrderState.DRAFT, OrderState.PLACED, OrderState.CONFIRMED)
    purchase.consignee_name = change.consignee.name
    purchase.consignee_phone = change.consignee.phone
    purchase.consignee_address = change.consignee.address


def price(session: Session, wished: Iterable[WishedLine], today: date) -> list[PricedLine]:
    """Each variant once, with today's facts. Raises a refusal that names what cannot be bought."""
    wished = tuple(wished)
    if not wished:
        raise EmptyPurchase
    if len(wished) > MAX_LINES:
        raise invalid("lines", N_("一张采购单最多 %(most)s 行,请分成几张。"), most=MAX_LINES)
    lines = summed(wished)
    _check_quantities(wished, lines)
    facts = variants_for(session, [line.variant_id for line in lines], today)
    unknown = [
        FieldError(f"lines.{place}.variant_id", UNKNOWN_VARIANT)
        for place, line in enumerate(wished)
        if line.variant_id not in facts
    ]
    if unknown:
        raise InvalidInput(*unknown)
    priced = [PricedLine(facts[line.variant_id], line.quantity) for line in lines]
    for line in priced:
        _check_sale(line)
    if sum(line.line_fen for line in priced) > MAX_PURCHASE_FEN:
        raise TooLarge
    return priced


def _check_quantities(wished: Sequence[WishedLine], lines: Sequence[WishedLine]) -> None:
    too_much = {line.variant_id for line in lines if line.quantity > MAX_QUANTITY}
    wrong = [
        FieldError(f"lines.{place}.quantity", WRONG_QUANTITY, (("most", MAX_QUANTITY),))
        for place, line in enumerate(wished)
        if line.quantity < 1 or line.variant_id in too_much
    ]
    if wrong:
        raise InvalidInput(*wrong)


def _check_sale(line: PricedLine) -> None:
    variant = line.variant
    if not variant.is_on_sale:
        raise NotOnSale(name=variant.product_name)
    if line.quantity < variant.minimum_quantity:
        raise InsufficientQuantity(name=variant.product_name, minimum=variant.minimum_quantity)


def empty(session: Session, orders: Sequence[Order]) -> None:
    """Takes the orders of a draft away; only a draft's may go."""
    ids = [order.id for order in orders]
    assert all(order.state == OrderState.DRAFT for order in orders), ids
    session.execute(delete(OrderLine).where(OrderLine.order_id.in_(ids)))
    session.execute(delete(Order).where(Order.id.in_(ids)))
    session.expire_all()


def fill(session: Session, purchase: Purchase, lines: Sequence[PricedLine], today: date) -> None:
    """Makes one order per producer from priced lines, and the sums of the purchase."""
    by_producer: dict[int, list[PricedLine]] = defaultdict(list)
    for line in lines:
        by_producer[line.variant.producer_id].append(line)
    tariffs = tariffs_of(session, list(by_producer))
    orders = [
        _order(purchase, place, (producer_id, tariffs[producer_id]), mine)
        for place, (producer_id, mine) in enumerate(sorted(by_producer.items()), start=1)
    ]
    session.add_all(orders)
    session.flush()
    rows = [
        line_row(order.id, line, today)
        for order in orders
        for line in by_producer[order.producer_id]
    ]
    session.execute(insert(OrderLine), rows)
    sum_up(purchase, orders)
    session.flush()


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
        purchase_id=purchase.id,
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


def line_row(order_id: int, line: PricedLine, today: date) -> dict[str, object]:
    """A line with everything about the product that must be kept as it is today."""
    variant = line.variant
    return {
        "order_id": order_id,
        "product_id": variant.product_id,
        "variant_id": variant.variant_id,
        "workshop_id": variant.workshop_id,
        "product_name": variant.product_name,
        "variant_name": variant.variant_name,
        "unit_price_fen": variant.price_fen,
        "pack_grams": variant.pack_grams,
        "quantity": line.quantity,
        "line_fen": line.line_fen,
        "is_certified": variant.is_certified_on(today),
        "snapshot": {
            "description": variant.description,
            "category": variant.category_code,
            "picture": variant.picture,
            "certification": variant.certification_number,
        },
    }


def reprice(session: Session, purchase: Purchase, orders: Sequence[Order], today: date) -> None:
    """Brings the lines of a draft to today's prices and certificates: what the buyer submits."""
    old = lines_of(session, *orders)
    lines = {
        line.variant.variant_id: line
        for line in price(
            session, [WishedLine(line.variant_id, line.quantity) for line in old], today
        )
    }
    for line in old:
        for name, value in line_row(line.order_id, lines[line.variant_id], today).items():
            setattr(line, name, value)
    tariffs = tariffs_of(session, [order.producer_id for order in orders])
    for order in orders:
        mine = [line for line in old if line.order_id == order.id]
        load = Load(
            goods_fen=sum(line.line_fen for line in mine),
            pieces=sum(line.quantity for line in mine),
            weight_g=sum(line.quantity * line.pack_grams for line in mine),
            address=purchase.consignee_address,
        )
        order.goods_fen = load.goods_fen
        order.freight_fen = freight_of(load, tariffs[order.producer_id])
        order.payable_fen = order.goods_fen + order.freight_fen
    sum_up(purchase, orders)
    session.flush()
