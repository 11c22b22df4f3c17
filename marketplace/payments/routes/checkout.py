"""Paying by card or wallet: to the gateway's page and back."""

from typing import cast

from flask import current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.payments import commands, queries
from marketplace.payments.gateways import Gateway, GatewayAway, GatewayRefused
from marketplace.payments.routes.room import blueprint
from marketplace.payments.rules import MethodNotOffered
from marketplace.payments.rules.gateway import GatewayDeclined, GatewayUnreachable
from marketplace.web import allow, begin_again, commit, current_identity, now, session


def find_gateway() -> Gateway | None:
    return cast("Gateway | None", current_app.extensions["gateway"])


def open_page(purchase_id: int) -> tuple[str | None, bool]:
    """The address of the page to pay on, and whether it was opened now.

    What is asked is written down and made last first; then the gateway is asked, outside any
    transaction and under a key of the payment's own; then the answer is written down. Whoever
    dies in between is asked again by the buyer, and gets the same page.
    """
    gateway = find_gateway()
    if gateway is None:
        raise MethodNotOffered
    public_url = current_app.config["SETTINGS"].public_url
    wish, address = commands.ask_for_page(
        session(), current_identity(), purchase_id, public_url, now()
    )
    commit()
    if address is not None:
        return address, False
    try:
        checkout = gateway.open_checkout(wish, f"payment:{wish.payment_id}/checkout")
    except GatewayAway as away:
        raise GatewayUnreachable from away
    except GatewayRefused as refused:
        begin_again(writing=True)
        commands.give_up_page(session(), wish.payment_id)
        commit()
        raise GatewayDeclined(reason=str(refused)) from refused
    begin_again(writing=True)
    commands.note_page(session(), wish.payment_id, checkout)
    commit()
    return checkout.url, True


@blueprint.get("/payments/<int:payment_id>/return")
@allow()
def come_back(payment_id: int) -> ResponseReturnValue:
    """Back from the gateway's page: the purchase says how the payment stands, and nothing else.

    What the gateway says of it comes by itself, usually before the person does.
    """
    payment = queries.get_payment(session(), current_identity(), payment_id)
    if payment.state != "RECEIVED":
        flash(_("支付结果通常几秒内更新;如果已付款但这里没有变化,请稍后刷新。"))
    return redirect(url_for("payments.purchase", purchase_id=payment.purchase_id))
