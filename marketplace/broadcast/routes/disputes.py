"""A host asks about the sale of an order, reads the answer, or takes the question back."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.broadcast.routes.room import blueprint
from marketplace.commission.queries.disputes import (
    get_dispute,
    list_disputes,
    others_on_order,
    steps_of,
)
from marketplace.core.errors import NotFound
from marketplace.hosts.queries import get_host
from marketplace.hosts.rules import is_a_host, works_for_host
from marketplace.ordering.commands.disputes import dispute_sale, withdraw_dispute
from marketplace.ordering.forms.disputes import read_dispute
from marketplace.ordering.queries import order_numbers
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.fields import read_page


def disputes_page(host_id: int, **_place: Any) -> str:
    """What the host asked, and the form to ask."""
    if not works_for_host(current_identity(), host_id):
        raise NotFound
    page = list_disputes(session(), read_page(request.args), host_id=host_id)
    return render_template(
        "broadcast/disputes.html",
        host=get_host(session(), host_id),
        page=page,
        numbers=order_numbers(session(), [one.order_id for one in page.items]),
        number=request.args.get("number", "")[:40],
    )


@blueprint.get("/host/<int:host_id>/disputes")
@allow(is_a_host)
def disputes(host_id: int) -> str:
    return disputes_page(host_id)


@blueprint.post("/host/<int:host_id>/disputes")
@allow(is_a_host)
@shown_again_by(disputes_page)
def ask(host_id: int) -> ResponseReturnValue:
    if not works_for_host(current_identity(), host_id):
        raise NotFound
    wish = read_dispute(request.form)
    dispute_id = dispute_sale(session(), current_identity(), host_id, wish, now())
    commit()
    flash(_("申诉已提交,运营中心答复后会通知您。"))
    return redirect(url_for("broadcast.dispute", host_id=host_id, dispute_id=dispute_id))


def dispute_page(host_id: int, dispute_id: int) -> str:
    if not works_for_host(current_identity(), host_id):
        raise NotFound
    found = get_dispute(session(), dispute_id)
    if found.host_id != host_id:
        raise NotFound
    others = [one for one in others_on_order(session(), found) if one.host_id != host_id]
    return render_template(
        "broadcast/dispute.html",
        host=get_host(session(), host_id),
        dispute=found,
        number=order_numbers(session(), [found.order_id])[found.order_id],
        steps=steps_of(session(), dispute_id),
        # Of others they see what came of it, not what was said.
        others=[one for one in others if one.state in ("GRANTED", "REFUSED")],
    )


@blueprint.get("/host/<int:host_id>/disputes/<int:dispute_id>")
@allow(is_a_host)
def dispute(host_id: int, dispute_id: int) -> str:
    return dispute_page(host_id, dispute_id)


@blueprint.post("/host/<int:host_id>/disputes/<int:dispute_id>/withdraw")
@allow(is_a_host)
@shown_again_by(dispute_page)
def withdraw(host_id: int, dispute_id: int) -> ResponseReturnValue:
    withdraw_dispute(session(), current_identity(), host_id, dispute_id, now())
    commit()
    flash(_("申诉已撤回。"))
    return redirect(url_for("broadcast.dispute", host_id=host_id, dispute_id=dispute_id))
