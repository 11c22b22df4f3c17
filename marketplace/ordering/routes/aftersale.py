"""Requests after the sale: answered, contested, decided, given up; and their photographs."""

from collections.abc import Callable
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.ordering import queries
from marketplace.ordering.commands import (
    approve_refund,
    call_county,
    refuse_refund,
    withdraw_refund,
)
from marketplace.ordering.forms import read_reason
from marketplace.ordering.queries.aftersale import TABS
from marketplace.ordering.routes.orders import back_to, order_page
from marketplace.ordering.routes.producer import require_clerk_of, works_for_a_producer
from marketplace.ordering.routes.room import blueprint
from marketplace.producers.queries import get_producer
from marketplace.web import allow, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.downloads import download
from marketplace.web.fields import read_page


def order_of_request_page(refund_id: int, **_place: Any) -> str:
    """The order that the request is about, with the form that was refused."""
    return order_page(queries.order_of_request(session(), refund_id))


def _done(refund_id: int, words: str) -> ResponseReturnValue:
    return back_to(queries.order_of_request(session(), refund_id), words)


@blueprint.post("/refunds/<int:refund_id>/approve")
@allow()
@shown_again_by(order_of_request_page)
def agree(refund_id: int) -> ResponseReturnValue:
    approve_refund(session(), current_identity(), refund_id, now())
    return _done(refund_id, _("已同意退款,款项退回买方账户,各账同时冲减。"))


Contest = Callable[..., object]


def _with_reason(refund_id: int, deed: Contest, words: str) -> ResponseReturnValue:
    deed(session(), current_identity(), refund_id, read_reason(request.form), now())
    return _done(refund_id, words)


@blueprint.post("/refunds/<int:refund_id>/refuse")
@allow()
@shown_again_by(order_of_request_page)
def refuse(refund_id: int) -> ResponseReturnValue:
    return _with_reason(refund_id, refuse_refund, _("已答复不退款,买方会看到您的说明。"))


@blueprint.post("/refunds/<int:refund_id>/mediate")
@allow()
@shown_again_by(order_of_request_page)
def mediate(refund_id: int) -> ResponseReturnValue:
    return _with_reason(refund_id, call_county, _("已请运营中心调解。"))


@blueprint.post("/refunds/<int:refund_id>/withdraw")
@allow()
@shown_again_by(order_of_request_page)
def withdraw(refund_id: int) -> ResponseReturnValue:
    withdraw_refund(session(), current_identity(), refund_id, now())
    return _done(refund_id, _("售后申请已撤回。"))


@blueprint.get("/refunds/<int:refund_id>/photographs/<int:upload_id>")
@allow()
def photograph(refund_id: int, upload_id: int) -> ResponseReturnValue:
    kept = queries.get_photograph(session(), current_identity(), refund_id, upload_id)
    return download(kept.content, kept.media_type, kept.name)


@blueprint.get("/producer/<int:producer_id>/aftersale")
@allow(works_for_a_producer)
def producer_requests(producer_id: int) -> str:
    require_clerk_of(producer_id)
    tab = request.args.get("tab", "")
    tab = tab if tab in TABS else "asked"
    return render_template(
        "producers/requests.html",
        producer=get_producer(session(), producer_id),
        tab=tab,
        counts=queries.count_requests(session(), producer_id),
        page=queries.list_requests(session(), tab, read_page(request.args), producer_id),
    )
