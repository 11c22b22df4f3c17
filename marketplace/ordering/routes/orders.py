"""Orders: the lists with their tabs, one order, and what the buyer's side does with it."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.commission.queries.claims import Claim, claims_of_orders
from marketplace.commission.rules import reason_of
from marketplace.core.clock import day_of
from marketplace.core.identity import Identity
from marketplace.core.money import plain_yuan
from marketplace.ordering import queries
from marketplace.ordering.commands import accept, cancel_order, receive, request_refund
from marketplace.ordering.commands.photos import keep_acceptance_photos
from marketplace.ordering.forms import read_reason, read_refund, read_verdicts
from marketplace.ordering.queries.photos import get_acceptance_photo, photographs_of
from marketplace.ordering.queries.short import find_short
from marketplace.ordering.routes.offers import BESIDES, NEXT, NOT_ALL_SENT, offers
from marketplace.ordering.routes.room import blueprint
from marketplace.ordering.rules import EXITS, OrderState, is_buyers_side
from marketplace.ordering.rules.invoices import net_fen
from marketplace.units.queries import sees_unit
from marketplace.uploads.forms import read_files
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.downloads import download
from marketplace.web.fields import read_page


@blueprint.get("/orders")
@allow()
def my_orders() -> str:
    wanted = queries.OrderFilter.of_tab(request.args.get("tab", ""))
    identity = current_identity()
    page = queries.list_orders(session(), identity, wanted, read_page(request.args))
    counts = queries.count_tabs(session(), identity)
    return render_template("ordering/orders.html", page=page, counts=counts, tab=wanted.tab)


@dataclass(frozen=True)
class ShownClaim:
    """Whose sale a line is, in words."""

    product_name: str
    rate_ppm: int
    version: int
    reason: str


def order_page(order_id: int, **_place: Any) -> str:
    """One order, with the buttons that this person may press."""
    identity = current_identity()
    order = queries.get_order(session(), identity, order_id)
    offered = offers(identity, order)
    invoices = queries.invoices_of(session(), order_id)
    counting = _counting(identity, order)
    return render_template(
        "ordering/order.html",
        order=order,
        offers=offered,
        has_next=bool(offered & NEXT),
        has_more=bool(offered & BESIDES),
        counting=counting,
        sees_unit=counting is not None and sees_unit(session(), identity, order.unit_id),
        invoices=invoices,
        invoiced_fen=net_fen(invoices),
        after_sale=after_sale_of(order),
        claims=_claims(identity, order),
        short=find_short(session(), order_id) if order.state in NOT_ALL_SENT else None,
        photographs=photographs_of(session(), order_id) if order.accepted_at else (),
    )


def after_sale_of(order: queries.OrderView) -> dict[str, Any]:
    """What was said about each request of an order, and which lines it is about."""
    ids = [refund.id for refund in order.refunds]
    if not ids:
        return {"steps": {}, "lines": {}}
    return {
        "steps": queries.steps_of(session(), ids),
        "lines": queries.asked_lines_of(session(), ids),
    }


def _counting(identity: Identity, order: queries.OrderView) -> queries.Counting | None:
    """How a unit's order counts: of interest to its buyers and the centre, not to producers."""
    asks = is_buyers_side(identity, order.unit_id, order.buyer_id) or identity.is_in_centre()
    if order.unit_id is None or order.state in EXITS or not asks:
        return None
    return queries.counting_of(session(), order, day_of(now()))


def _claims(identity: Identity, order: queries.OrderView) -> list[ShownClaim]:
    """Whose sale the lines are and why, for the operations centre."""
    if not identity.is_in_centre():
        return []
    held = claims_of_orders(session(), [order.id])
    return [
        ShownClaim(line.product_name, claim.rate_ppm, claim.version, _reason(claim))
        for line in order.lines
        if (claim := held.get(line.id))
    ]


def _reason(claim: Claim) -> str:
    return reason_of(claim.outcome, claim.facts, _)


@blueprint.get("/orders/<int:order_id>")
@allow()
def order(order_id: int) -> str:
    return order_page(order_id)


def lines_of(order_id: int) -> Any:
    """The lines of an order that this person may see."""
    return queries.get_order(session(), current_identity(), order_id).lines


def back_to(order_id: int, words: str) -> ResponseReturnValue:
    """Makes it last, says so, and shows the order."""
    commit()
    flash(words)
    return redirect(url_for("ordering.order", order_id=order_id))


@blueprint.post("/orders/<int:order_id>/receive")
@allow()
@shown_again_by(order_page)
def receive_order(order_id: int) -> ResponseReturnValue:
    receive(session(), current_identity(), order_id, now())
    return back_to(order_id, _("已确认收货,请清点后验收。"))


@blueprint.post("/orders/<int:order_id>/accept")
@allow()
@shown_again_by(order_page)
def accept_order(order_id: int) -> ResponseReturnValue:
    verdicts = read_verdicts(request.form, lines_of(order_id))
    files = read_files("photographs", request.files.getlist("photographs"))
    order = accept(session(), current_identity(), order_id, verdicts, now())
    if files:
        keep_acceptance_photos(session(), current_identity(), order_id, files, now())
    sum_words = plain_yuan(order.payable_fen)
    if order.state == OrderState.ACCEPTED:
        return back_to(order_id, _("验收已登记,应付 %(sum)s 元。付清以后订单完成。", sum=sum_words))
    return back_to(order_id, _("验收已登记,应付 %(sum)s 元,已经付清。", sum=sum_words))


@blueprint.get("/orders/<int:order_id>/photographs/<int:upload_id>")
@allow()
def acceptance_photo(order_id: int, upload_id: int) -> ResponseReturnValue:
    kept = get_acceptance_photo(session(), current_identity(), order_id, upload_id)
    return download(kept.content, kept.media_type, kept.name)


@blueprint.post("/orders/<int:order_id>/refunds")
@allow()
@shown_again_by(order_page)
def ask_for_refund(order_id: int) -> ResponseReturnValue:
    photographs = request.files.getlist("photographs")
    wish = read_refund(request.form, lines_of(order_id), photographs)
    request_refund(session(), current_identity(), order_id, wish, now())
    return back_to(order_id, _("售后申请已提交,供应商三天内答复。"))


@blueprint.post("/orders/<int:order_id>/cancel")
@allow()
@shown_again_by(order_page)
def cancel(order_id: int) -> ResponseReturnValue:
    reason = read_reason(request.form)
    cancel_order(session(), current_identity(), order_id, reason, now())
    return back_to(order_id, _("订单已取消,备货已退回库存。"))
