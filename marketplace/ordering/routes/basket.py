"""The basket: seen, filled, changed; what was chosen before logging in is kept."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.clock import day_of
from marketplace.core.errors import Refusal
from marketplace.core.identity import Identity
from marketplace.ordering import queries
from marketplace.ordering.commands import put_in_basket, set_quantity
from marketplace.ordering.forms import read_basket_line, read_quantity
from marketplace.ordering.queries.basket import list_unpaid
from marketplace.ordering.routes.room import blueprint
from marketplace.ordering.rules import WishedLine
from marketplace.web import (
    allow,
    begin_again,
    commit,
    current_identity,
    find_identity,
    now,
    public,
    session,
)
from marketplace.web.access import keep_auditors_reading
from marketplace.web.again import shown_again_by
from marketplace.web.refusals import in_words
from marketplace.web.security import for_everyone

SET_ASIDE = "set_aside"


def basket_page(**_place: Any) -> str:
    """The basket, by producer."""
    basket = queries.list_basket(session(), current_identity().person_id, day_of(now()))
    unpaid = list_unpaid(session(), current_identity().person_id)
    return render_template("ordering/basket.html", basket=basket, unpaid=unpaid)


@blueprint.get("/basket")
@allow()
def basket() -> ResponseReturnValue:
    if SET_ASIDE in cookie:
        _take_up(current_identity())
        return redirect(url_for("ordering.basket"))
    return basket_page()


@blueprint.post("/basket/lines")
@public
@for_everyone
def add_to_basket() -> ResponseReturnValue:
    """From a product's page, by anyone: who is not logged in finds it there afterwards."""
    identity = find_identity()
    if identity is not None:
        keep_auditors_reading(identity)
    line = read_basket_line(request.form)
    if identity is None:
        return _set_aside(line)
    put_in_basket(session(), identity, line.variant_id, line.quantity, now())
    commit()
    flash(_("已放入购物车。"))
    return redirect(_back())


@blueprint.post("/basket/lines/<int:variant_id>")
@allow()
@shown_again_by(basket_page)
def change_basket(variant_id: int) -> ResponseReturnValue:
    quantity = read_quantity(request.form, variant_id)
    set_quantity(session(), current_identity(), variant_id, quantity, now())
    commit()
    return redirect(url_for("ordering.basket", _anchor=f"line-{variant_id}"))


@blueprint.post("/basket/lines/<int:variant_id>/remove")
@allow()
def remove_from_basket(variant_id: int) -> ResponseReturnValue:
    set_quantity(session(), current_identity(), variant_id, 0, now())
    commit()
    flash(_("已从购物车移除。"))
    return redirect(url_for("ordering.basket"))


def _set_aside(line: WishedLine) -> ResponseReturnValue:
    # A signed cookie holds a few lines only; ten are more than anyone gathers before logging in.
    cookie[SET_ASIDE] = [*cookie.get(SET_ASIDE, []), [line.variant_id, line.quantity]][-10:]
    flash(_("请先登录,选好的商品已为您留着。"))
    return redirect(url_for("accounts.login", next=url_for("ordering.basket")))


def _take_up(identity: Identity) -> None:
    begin_again(writing=True)
    for variant_id, quantity in cookie.pop(SET_ASIDE):
        try:
            put_in_basket(session(), identity, variant_id, quantity, now())
        except Refusal as refusal:
            flash(in_words(refusal.message, refusal.params), "error")
    commit()


def _back() -> str:
    # Only places of our own: a form of another site must not choose where people land.
    back = request.form.get("back", "")
    ours = back.startswith("/") and not back.startswith(("//", "/\\"))
    return back if ours else url_for("ordering.basket")
