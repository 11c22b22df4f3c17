"""A purchase with its payment: how to pay, that it was paid, and the simulated till."""

from collections.abc import Sequence
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.ordering.commands import cancel_purchase
from marketplace.ordering.forms import read_reason
from marketplace.ordering.queries import PurchaseView, get_purchase
from marketplace.ordering.queries.approval import names_in_turn, steps_of_purchase
from marketplace.ordering.rules import OrderState, PurchaseState, is_buyers_side, is_late
from marketplace.payments import queries
from marketplace.payments.commands import (
    ask_for_payment,
    declare,
    pay_simulated,
    take_back_declaration,
)
from marketplace.payments.forms import read_method
from marketplace.payments.routes.checkout import find_gateway, open_page
from marketplace.payments.routes.room import blueprint
from marketplace.payments.rules import Method
from marketplace.units.queries import account_paid_into, get_unit
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by

CANCELLABLE = {PurchaseState.DRAFT, PurchaseState.IN_APPROVAL, PurchaseState.PLACED}
STILL_HERE = {
    OrderState.DRAFT,
    OrderState.PLACED,
    OrderState.CONFIRMED,
    OrderState.CANCELLED,
}


def in_demonstration() -> bool:
    """Only there may a payment be simulated."""
    return not current_app.config["SETTINGS"].production


def offered_methods() -> tuple[str, ...]:
    """The ways to pay that are open here, the quickest first."""
    online = (Method.STRIPE,) if find_gateway() else ()
    played = (Method.SIMULATED,) if in_demonstration() else ()
    return (*online, *played, Method.BANK_TRANSFER)


def open_methods(payments: Sequence[queries.PaymentView]) -> tuple[str, ...]:
    """The ways to pay that may be chosen now: none while a transfer is announced or a till is
    open, lest the same is paid twice; beside a transfer that nobody made yet, all others."""
    waiting = [one for one in payments if one.state in ("DUE", "DECLARED")]
    if any(one.state == "DECLARED" or one.method != Method.BANK_TRANSFER for one in waiting):
        return ()
    chosen = {one.method for one in waiting}
    return tuple(method for method in offered_methods() if method not in chosen)


def purchase_offers(identity: Identity, purchase: PurchaseView) -> frozenset[str]:
    """The steps that are open to this person on this purchase now."""
    steps = set()
    own = is_buyers_side(identity, purchase.unit_id, purchase.buyer_id)
    if own:
        in_time = not is_late(purchase.expires_at, now())
        if purchase.state == PurchaseState.PLACED and purchase.outstanding_fen and in_time:
            steps.add("pay")
        states = {order.state for order in purchase.orders}
        if purchase.state in CANCELLABLE and states <= STILL_HERE:
            steps.add("cancel")
    if identity.person_id == purchase.buyer_id:
        steps |= _buyers_own(purchase)
    if purchase.submitted_at and (own or identity.is_in_centre()):
        steps.add("papers")
    approves = identity.has_role(OrganisationKind.UNIT, purchase.unit_id, Role.APPROVER)
    if approves and purchase.state == PurchaseState.IN_APPROVAL:
        steps.add("approve")
    return frozenset(steps)


def _buyers_own(purchase: PurchaseView) -> set[str]:
    """A draft is changed; what waits for approval or was sent back is taken back first."""
    if purchase.state == PurchaseState.DRAFT:
        return {"change"}
    waits = purchase.state in (PurchaseState.IN_APPROVAL, PurchaseState.REJECTED)
    return {"recall"} if waits and purchase.unit_id is not None else set()


def purchase_page(purchase_id: int, **_place: Any) -> str:
    """A purchase: its orders, its approval and how it is paid."""
    identity = current_identity()
    purchase = get_purchase(session(), identity, purchase_id)
    unit = get_unit(session(), purchase.unit_id) if purchase.unit_id is not None else None
    payments = queries.payments_of(session(), purchase_id)
    return render_template(
        "payments/purchase.html",
        purchase=purchase,
        payments=payments,
        account=account_paid_into(session(), unit.division_code if unit else ""),
        offers=purchase_offers(identity, purchase),
        own=is_buyers_side(identity, purchase.unit_id, purchase.buyer_id),
        methods=open_methods(payments),
        steps=steps_of_purchase(session(), purchase_id),
        turn=names_in_turn(session(), purchase, now()),
        credit_fen=queries.credit_of(session(), purchase.unit_id, purchase.buyer_id),
    )


@blueprint.get("/purchases/<int:purchase_id>")
@allow()
def purchase(purchase_id: int) -> str:
    return purchase_page(purchase_id)


@blueprint.post("/purchases/<int:purchase_id>/payments")
@allow()
@shown_again_by(purchase_page)
def ask(purchase_id: int) -> ResponseReturnValue:
    method = read_method(request.form, offered_methods())
    if method == Method.STRIPE:
        address, _opened = open_page(purchase_id)
        return redirect(address or url_for("payments.purchase", purchase_id=purchase_id))
    payment = ask_for_payment(session(), current_identity(), purchase_id, method, now())
    commit()
    if method == "simulated":
        return redirect(url_for("payments.pay", payment_id=payment.id))
    return redirect(url_for("payments.purchase", purchase_id=purchase_id, _anchor="payment"))


@blueprint.post("/payments/<int:payment_id>/declare")
@allow()
def declare_payment(payment_id: int) -> ResponseReturnValue:
    payment = declare(session(), current_identity(), payment_id, now())
    commit()
    flash(_("已告知运营中心:款已汇出。到账核对后订单会继续。"))
    return redirect(url_for("payments.purchase", purchase_id=payment.purchase_id))


def page_of_payment(payment_id: int) -> str:
    """The purchase that a payment is for."""
    found = queries.get_payment(session(), current_identity(), payment_id)
    return purchase_page(found.purchase_id)


@blueprint.post("/payments/<int:payment_id>/take-back")
@allow()
@shown_again_by(page_of_payment)
def take_back_payment(payment_id: int) -> ResponseReturnValue:
    payment = take_back_declaration(session(), current_identity(), payment_id, now())
    commit()
    flash(_("已收回:款还没有汇出。请按页面上的方式付款。"))
    return redirect(
        url_for("payments.purchase", purchase_id=payment.purchase_id, _anchor="payment")
    )


@blueprint.post("/purchases/<int:purchase_id>/cancel")
@allow()
@shown_again_by(purchase_page)
def cancel(purchase_id: int) -> ResponseReturnValue:
    reason = read_reason(request.form)
    cancel_purchase(session(), current_identity(), purchase_id, reason, now())
    commit()
    flash(_("采购单已取消。"))
    return redirect(url_for("payments.purchase", purchase_id=purchase_id))


def pays_in_demonstration(_identity: Identity) -> bool:
    """Anyone, as long as nothing here is real."""
    return in_demonstration()


@blueprint.get("/pay/<int:payment_id>")
@allow(pays_in_demonstration)
def pay(payment_id: int) -> str:
    payment = queries.get_payment(session(), current_identity(), payment_id)
    if payment.method != "simulated":
        raise NotFound
    return render_template("payments/simulated.html", payment=payment)


@blueprint.post("/pay/<int:payment_id>")
@allow(pays_in_demonstration)
def pay_now(payment_id: int) -> ResponseReturnValue:
    payment = pay_simulated(session(), current_identity(), payment_id, now())
    commit()
    flash(_("模拟支付成功(没有真实扣款)。"))
    return redirect(url_for("payments.purchase", purchase_id=payment.purchase_id))
