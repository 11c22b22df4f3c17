"""Payments to confirm, requests after the sale, and what the gateway told."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.clock import day_of
from marketplace.desk.forms import read_receipt
from marketplace.desk.routes.room import blueprint
from marketplace.desk.rules import confirms_payments, reads_desk
from marketplace.ordering.queries import (
    count_requests,
    get_purchase,
    list_requests,
    purchase_numbers,
)
from marketplace.ordering.queries.aftersale import TABS as REQUEST_TABS
from marketplace.payments import queries
from marketplace.payments.commands import check_receipt, confirm_payment
from marketplace.payments.queries import get_payment, list_payments
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import keep_typed, shown_again_by
from marketplace.web.fields import read_page, read_search


@blueprint.get("/desk/payments")
@allow(reads_desk)
def payments() -> str:
    waiting = request.args.get("tab") != "received"
    words = read_search(request.args)
    page = list_payments(
        session(),
        read_page(request.args),
        waiting=waiting,
        search=words,
        area=current_identity().area,
    )
    return render_template("desk/payments.html", page=page, waiting=waiting)


def payment_page(payment_id: int, **_place: Any) -> str:
    """One payment beside its purchase, with the form of what arrived."""
    identity = current_identity()
    payment = get_payment(session(), identity, payment_id)
    return render_template(
        "desk/payment.html",
        payment=payment,
        purchase=get_purchase(session(), identity, payment.purchase_id),
        may_confirm=confirms_payments(identity),
        today=day_of(now()),
    )


@blueprint.get("/desk/payments/<int:payment_id>")
@allow(reads_desk)
def payment(payment_id: int) -> str:
    return payment_page(payment_id)


@blueprint.post("/desk/payments/<int:payment_id>/confirm")
@allow(confirms_payments)
@shown_again_by(payment_page)
def confirm(payment_id: int) -> ResponseReturnValue:
    """First shows what would be booked for whom; then books it, or shows the form again as it
    was filled in."""
    if request.form.get("confirmed") == "back":
        keep_typed()
        return payment_page(payment_id)
    receipt = read_receipt(request.form)
    check_receipt(receipt, now())
    payment = get_payment(session(), current_identity(), payment_id)
    if request.form.get("confirmed") != "1" and payment.state != "RECEIVED":
        return render_template(
            "desk/payment_preview.html",
            payment=payment,
            purchase=get_purchase(session(), current_identity(), payment.purchase_id),
            receipt=receipt,
            over_fen=receipt.received_fen - payment.amount_fen,
            typed_values=request.form.items(),
        )
    confirm_payment(session(), current_identity(), payment_id, receipt, now())
    commit()
    flash(_("到账已登记,订单已更新。"))
    return redirect(url_for("desk.payments"))


@blueprint.get("/desk/refunds")
@allow(reads_desk)
def refunds() -> str:
    """Requests after the sale by whose turn it is; those that wait for the county first."""
    tab = request.args.get("tab", "")
    tab = tab if tab in REQUEST_TABS else next(iter(REQUEST_TABS))
    area = current_identity().area
    return render_template(
        "desk/refunds.html",
        tab=tab,
        counts=count_requests(session(), area=area),
        page=list_requests(session(), tab, read_page(request.args), area=area),
    )


@blueprint.get("/desk/gateway")
@allow(reads_desk)
def gateway() -> str:
    events = queries.list_odd_events(session(), read_page(request.args))
    disputes = queries.list_open_disputes(session())
    backs = queries.list_money_on_its_way(session())
    named = {one.purchase_id for one in events.items if one.purchase_id is not None}
    named |= {one.purchase_id for one in disputes} | {one.purchase_id for one in backs}
    return render_template(
        "desk/gateway.html",
        events=events,
        disputes=disputes,
        backs=backs,
        numbers=purchase_numbers(session(), named),
    )
