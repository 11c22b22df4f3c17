"""Disputes about whose sale an order was, as the operations centre answers them."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.commission.queries.disputes import (
    get_dispute,
    list_disputes,
    others_on_order,
    steps_of,
)
from marketplace.commission.rules import reason_of
from marketplace.desk.routes.room import blueprint
from marketplace.desk.rules import operates, reads_desk
from marketplace.ordering.commands.disputes import grant_dispute, refuse_dispute
from marketplace.ordering.forms.disputes import read_answer, read_offers
from marketplace.ordering.queries import order_numbers
from marketplace.ordering.queries.disputed import disputed_order
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.fields import read_page


@blueprint.get("/desk/disputes")
@allow(reads_desk)
def disputes() -> str:
    is_open = request.args.get("tab") != "ended"
    page = list_disputes(
        session(), read_page(request.args), is_open=is_open, area=current_identity().area
    )
    return render_template(
        "desk/disputes.html",
        page=page,
        is_open=is_open,
        numbers=order_numbers(session(), [one.order_id for one in page.items]),
    )


def dispute_page(dispute_id: int) -> str:
    """What the host says, whose each line is now and why, and what it could be changed to."""
    found = get_dispute(session(), dispute_id)
    return render_template(
        "desk/dispute.html",
        dispute=found,
        order=disputed_order(session(), found),
        steps=steps_of(session(), dispute_id),
        others=others_on_order(session(), found),
        may_answer=operates(current_identity()) and found.state == "OPEN",
        reason=_reason,
    )


def _reason(claim: Any) -> str:
    return reason_of(claim.outcome, claim.facts, _)


@blueprint.get("/desk/disputes/<int:dispute_id>")
@allow(reads_desk)
def dispute(dispute_id: int) -> str:
    return dispute_page(dispute_id)


@blueprint.post("/desk/disputes/<int:dispute_id>/grant")
@allow(operates)
@shown_again_by(dispute_page)
def grant(dispute_id: int) -> ResponseReturnValue:
    order = disputed_order(session(), get_dispute(session(), dispute_id))
    chosen = read_offers(request.form, [line.id for line in order.lines])
    answer = (chosen, read_answer(request.form))
    grant_dispute(session(), current_identity(), dispute_id, answer, now())
    return _back(dispute_id, _("已改判,佣金和各账目随之更正。"))


@blueprint.post("/desk/disputes/<int:dispute_id>/refuse")
@allow(operates)
@shown_again_by(dispute_page)
def refuse(dispute_id: int) -> ResponseReturnValue:
    refuse_dispute(session(), current_identity(), dispute_id, read_answer(request.form), now())
    return _back(dispute_id, _("已答复:不改判。"))


def _back(dispute_id: int, words: str) -> ResponseReturnValue:
    commit()
    flash(words)
    return redirect(url_for("desk.dispute", dispute_id=dispute_id))
