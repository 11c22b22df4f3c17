"""Orders: confirmed, shipped, received, accepted; and money that goes back."""

from typing import Any

from marketplace.api.answers import Stood
from marketplace.api.door import Door
from marketplace.api.schemas.fields import Choice, TypedWhole
from marketplace.api.schemas.orders import Invoice, Order, OrderSummary, Refund
from marketplace.api.schemas.paging import Paging, page_of, take_page
from marketplace.api.schemas.steps import Acceptance, Confirmation, NewInvoice, NewParcel, NewRefund
from marketplace.api.schemas.wishes import PerhapsReason, Reason
from marketplace.core.clock import day_of
from marketplace.core.errors import N_
from marketplace.core.paging import Page
from marketplace.ordering import commands, queries
from marketplace.ordering.queries import OrderFilter, OrderRow
from marketplace.ordering.rules import OrderState, Parcel, RefundWish
from marketplace.ordering.rules.invoices import GivenInvoice
from marketplace.web import allow, current_identity, now, session

door = Door("orders")

Shown = dict[str, Any]
# What the history of an order says where a program gave no reason.
UNSAID = "未写明原因"


class OrderQuery(Paging):
    state = Choice(OrderState)
    unit = TypedWhole(3)
    producer = TypedWhole(5)


def _stands(order_id: int) -> Shown:
    order = queries.get_order(session(), current_identity(), order_id)
    counting = queries.counting_of(session(), order, day_of(now()))
    return {**vars(order), "total_fen": order.total_fen, "counting": counting}


@door.call("GET", "/orders", N_("看得到的订单,新的在前"))
@allow()
@door.asks(OrderQuery)
@door.shows(page_of(OrderSummary))
def list_all(query: dict[str, Any]) -> Page[OrderRow]:
    page = take_page(query)
    wanted = OrderFilter(
        unit_id=query.get("unit"), producer_id=query.get("producer"), state=query.get("state")
    )
    return queries.list_orders(session(), current_identity(), wanted, page)


@door.call("GET", "/orders/<id:order_id>", N_("一张订单:状态、行、经过和是否计入任务"))
@allow()
@door.shows(Order)
def show(order_id: int) -> Shown:
    return _stands(order_id)


@door.call("POST", "/orders/<id:order_id>/confirm", N_("供应商接单;运费只能在这一步改"))
@allow()
@door.takes(Confirmation)
@door.does(Order)
def confirm(given: dict[str, int | None], order_id: int) -> Shown:
    commands.confirm(session(), current_identity(), order_id, given["freight_fen"], now())
    return _stands(order_id)


@door.call("POST", "/orders/<id:order_id>/decline", N_("供应商谢绝,并写明原因"))
@allow()
@door.takes(Reason)
@door.does(Order)
def decline(given: dict[str, str], order_id: int) -> Shown:
    commands.decline(session(), current_identity(), order_id, given["reason"], now())
    return _stands(order_id)


@door.call("POST", "/orders/<id:order_id>/ship", N_("发货;不列明细即发出全部剩余"))
@allow()
@door.takes(NewParcel)
@door.does(Order)
def ship(parcel: Parcel, order_id: int) -> Shown:
    commands.ship(session(), current_identity(), order_id, parcel, now())
    return _stands(order_id)


@door.call("POST", "/orders/<id:order_id>/receive", N_("确认收到货物"))
@allow()
@door.does(Order)
def receive(order_id: int) -> Shown:
    commands.receive(session(), current_identity(), order_id, now())
    return _stands(order_id)


@door.call("POST", "/orders/<id:order_id>/accept", N_("逐行验收;只为验收合格的付款"))
@allow()
@door.takes(Acceptance)
@door.does(Order)
def accept(given: dict[str, Any], order_id: int) -> Shown:
    commands.accept(session(), current_identity(), order_id, tuple(given["lines"]), now())
    return _stands(order_id)


@door.call("POST", "/orders/<id:order_id>/cancel", N_("取消订单,退回库存"))
@allow()
@door.takes(PerhapsReason)
@door.does(Order)
def cancel(given: dict[str, str], order_id: int) -> Shown:
    reason = given["reason"] or UNSAID
    commands.cancel_order(session(), current_identity(), order_id, reason, now())
    return _stands(order_id)


@door.call("POST", "/orders/<id:order_id>/refunds", N_("申请退款:按件数,或按金额"))
@allow()
@door.takes(NewRefund)
@door.does(Refund, 201)
def request_refund(wish: RefundWish, order_id: int) -> object:
    return commands.request_refund(session(), current_identity(), order_id, wish, now())


@door.call("POST", "/orders/<id:order_id>/invoices", N_("登记发票;同一号码在全系统只能登记一次"))
@allow()
@door.takes(NewInvoice)
@door.makes(Invoice)
def register_invoice(given: GivenInvoice, order_id: int) -> object:
    invoice, is_new = commands.register_once(session(), current_identity(), order_id, given, now())
    return invoice if is_new else Stood(invoice)


@door.call("POST", "/invoices/<id:invoice_id>/check", N_("买方核对一张发票"))
@allow()
@door.does(Invoice)
def check_invoice(invoice_id: int) -> object:
    return commands.check_invoice(session(), current_identity(), invoice_id, now())
