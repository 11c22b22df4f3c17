"""Purchases: drafted, changed, submitted, decided."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from flask import Response

from marketplace.api.answers import Stood
from marketplace.api.door import Door
from marketplace.api.schemas.fields import Choice
from marketplace.api.schemas.orders import Payment, Purchase, PurchaseSummary
from marketplace.api.schemas.paging import Paging, page_of, take_page
from marketplace.api.schemas.steps import NewPayment
from marketplace.api.schemas.wishes import NewPurchase, PurchaseChanges, Reason
from marketplace.core.errors import N_
from marketplace.core.paging import Page
from marketplace.hosts.queries import find_host_by_code
from marketplace.ordering import commands, queries
from marketplace.ordering.queries import PurchaseRow, PurchaseView
from marketplace.ordering.rules import PurchaseChange, PurchaseState, PurchaseWish
from marketplace.payments import commands as payments
from marketplace.payments.queries import PaymentView, get_payment
from marketplace.payments.routes.checkout import open_page
from marketplace.payments.rules import Method, NothingToPay
from marketplace.web import allow, current_identity, now, session

door = Door("purchases")


class PurchaseQuery(Paging):
    state = Choice(PurchaseState)


def _stands(purchase_id: int) -> PurchaseView:
    return queries.get_purchase(session(), current_identity(), purchase_id)


@door.call("POST", "/purchases", N_("起草采购单,每个供应商一张订单"))
@allow()
@door.takes(NewPurchase)
@door.does(Purchase, 201)
def draft(given: dict[str, Any]) -> PurchaseView:
    host_id = find_host_by_code(session(), given.pop("host_code", None))
    given["lines"] = tuple(given["lines"])
    wish = PurchaseWish(**given, host_id=host_id)
    return _stands(commands.draft_purchase(session(), current_identity(), wish, now()).id)


@door.call("PATCH", "/purchases/<id:purchase_id>", N_("修改草稿;收货人在首次发货前可改"))
@allow()
@door.takes(PurchaseChanges)
@door.does(Purchase)
def change(given: dict[str, Any], purchase_id: int) -> PurchaseView:
    host_id = find_host_by_code(session(), given.pop("host_code", None))
    lines = tuple(given.pop("lines")) if "lines" in given else None
    wish = PurchaseChange(**given, lines=lines, host_id=host_id)
    commands.change_draft(session(), current_identity(), purchase_id, wish, now())
    return _stands(purchase_id)


@door.call("GET", "/purchases", N_("看得到的采购单,新的在前"))
@allow()
@door.asks(PurchaseQuery)
@door.shows(page_of(PurchaseSummary))
def list_all(query: dict[str, Any]) -> Page[PurchaseRow]:
    page = take_page(query)
    return queries.list_purchases(session(), current_identity(), page, state=query.get("state"))


@door.call("GET", "/purchases/<id:purchase_id>", N_("一张采购单"))
@allow()
@door.shows(Purchase)
def show(purchase_id: int) -> PurchaseView:
    return _stands(purchase_id)


@door.call("POST", "/purchases/<id:purchase_id>/submit", N_("提交:单位采购去审批,个人购买即下单"))
@allow()
@door.does(Purchase)
def submit(purchase_id: int) -> PurchaseView:
    commands.submit(session(), current_identity(), purchase_id, now())
    return _stands(purchase_id)


@door.call("POST", "/purchases/<id:purchase_id>/approve", N_("审批通过,同时预留库存"))
@allow()
@door.does(Purchase)
def approve(purchase_id: int) -> PurchaseView:
    commands.approve(session(), current_identity(), purchase_id, now())
    return _stands(purchase_id)


@door.call("POST", "/purchases/<id:purchase_id>/reject", N_("驳回,并写明原因"))
@allow()
@door.takes(Reason)
@door.does(Purchase)
def reject(given: dict[str, str], purchase_id: int) -> PurchaseView:
    commands.reject(session(), current_identity(), purchase_id, given["reason"], now())
    return _stands(purchase_id)


@door.call("POST", "/purchases/<id:purchase_id>/cancel", N_("取消整张采购单,退回库存"))
@allow()
@door.takes(Reason)
@door.does(Purchase)
def cancel(given: dict[str, str], purchase_id: int) -> PurchaseView:
    commands.cancel_purchase(session(), current_identity(), purchase_id, given["reason"], now())
    return _stands(purchase_id)


def page_first(
    view: Callable[[dict[str, Any], int], Response],
) -> Callable[[dict[str, Any], int], Response]:
    """Opens the gateway's page before the answer: a call to the outside is in no transaction."""

    @wraps(view)
    def answer(given: dict[str, Any], purchase_id: int) -> Response:
        opened = False
        if given["method"] == Method.STRIPE:
            with suppress(NothingToPay):
                _address, opened = open_page(purchase_id)
        return view({**given, "opened": opened}, purchase_id)

    return answer


@door.call("POST", "/purchases/<id:purchase_id>/payments", N_("取得付款方式:汇款识别码或支付链接"))
@allow()
@door.takes(NewPayment)
@page_first
@door.makes(Payment)
def pay(given: dict[str, Any], purchase_id: int) -> PaymentView | Stood:
    identity = current_identity()
    payment, is_new = payments.ask_once(session(), identity, purchase_id, given["method"], now())
    shown = get_payment(session(), identity, payment.id)
    return shown if is_new or given["opened"] else Stood(shown)
