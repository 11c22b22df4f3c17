"""Sending less than was ordered, on the page of the order: asked, agreed to, refused, withdrawn."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.errors import NotFound
from marketplace.ordering.commands.short import (
    agree_short,
    ask_short,
    refuse_short,
    withdraw_short,
)
from marketplace.ordering.forms import read_reason, read_short
from marketplace.ordering.queries import get_order
from marketplace.ordering.queries.short import order_of_short
from marketplace.ordering.routes.orders import back_to, lines_of, order_page
from marketplace.ordering.routes.producer import works_for_a_producer
from marketplace.ordering.routes.room import blueprint
from marketplace.web import allow, current_identity, now, session
from marketplace.web.again import shown_again_by


def _require_belongs(order_id: int, request_id: int) -> None:
    """Raises NotFound unless the request is of an order that this person may see."""
    get_order(session(), current_identity(), order_id)
    if order_of_short(session(), request_id) != order_id:
        raise NotFound


@blueprint.post("/orders/<int:order_id>/short")
@allow(works_for_a_producer)
@shown_again_by(order_page)
def ask_for_short(order_id: int) -> ResponseReturnValue:
    wish = read_short(request.form, lines_of(order_id))
    ask_short(session(), current_identity(), order_id, wish, now())
    return back_to(order_id, _("已请买方答复。其余的货可以先发。"))


@blueprint.post("/orders/<int:order_id>/short/<int:request_id>/agree")
@allow()
@shown_again_by(order_page)
def agree_to_short(order_id: int, request_id: int) -> ResponseReturnValue:
    _require_belongs(order_id, request_id)
    agree_short(session(), current_identity(), request_id, now())
    return back_to(order_id, _("已同意少发,验收时按实收结算。"))


@blueprint.post("/orders/<int:order_id>/short/<int:request_id>/refuse")
@allow()
@shown_again_by(order_page)
def refuse_the_short(order_id: int, request_id: int) -> ResponseReturnValue:
    _require_belongs(order_id, request_id)
    refuse_short(session(), current_identity(), request_id, read_reason(request.form), now())
    return back_to(order_id, _("已告知供应商按订单发货。"))


@blueprint.post("/orders/<int:order_id>/short/<int:request_id>/withdraw")
@allow(works_for_a_producer)
@shown_again_by(order_page)
def withdraw_the_short(order_id: int, request_id: int) -> ResponseReturnValue:
    _require_belongs(order_id, request_id)
    withdraw_short(session(), current_identity(), request_id, now())
    return back_to(order_id, _("已撤回缺货协商。"))
