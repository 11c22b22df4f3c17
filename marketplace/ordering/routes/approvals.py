"""A unit's inbox of purchases to approve, and one of them with everything that matters."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.clock import day_of
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.ordering import queries
from marketplace.ordering.commands import approve, reject
from marketplace.ordering.forms import read_reason
from marketplace.ordering.queries.approval import names_in_turn, steps_of_purchase
from marketplace.ordering.queries.caps import list_exceeded
from marketplace.ordering.routes.offers import countable_of
from marketplace.ordering.routes.room import blueprint
from marketplace.ordering.rules import PurchaseState
from marketplace.units.queries import get_unit
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by


def works_in_an_office(identity: Identity) -> bool:
    """Anyone who approves for some unit; which one is asked of each page."""
    return bool(identity.organisations(OrganisationKind.UNIT, Role.APPROVER))


def require_approver_of(unit_id: int) -> None:
    """Raises NotFound where the person approves nothing in this unit."""
    if not current_identity().has_role(OrganisationKind.UNIT, unit_id, Role.APPROVER):
        raise NotFound


@blueprint.get("/unit/<int:unit_id>/approvals")
@allow(works_in_an_office)
def approvals(unit_id: int) -> str:
    require_approver_of(unit_id)
    waiting = queries.list_to_approve(session(), current_identity(), now(), unit_id)
    unit = get_unit(session(), unit_id)
    return render_template("units/approvals.html", unit=unit, waiting=waiting)


def approval_page(purchase_id: int, **_place: Any) -> str:
    """A purchase as its approver must see it: lines, prices, money and the quota."""
    purchase = queries.get_purchase(session(), current_identity(), purchase_id)
    countable = countable_of(line for order in purchase.orders for line in order.lines)
    exceeded = []
    if purchase.unit_id is not None and purchase.state == PurchaseState.IN_APPROVAL:
        unit_id, fund = purchase.unit_id, purchase.fund
        exceeded = list_exceeded(session(), unit_id, purchase.id, fund, day_of(now()))
    return render_template(
        "units/approval.html",
        purchase=purchase,
        countable_fen=countable,
        exceeded=exceeded,
        steps=steps_of_purchase(session(), purchase.id),
        turn=names_in_turn(session(), purchase, now()),
    )


@blueprint.get("/purchases/<int:purchase_id>/approval")
@allow(works_in_an_office)
def approval(purchase_id: int) -> str:
    return approval_page(purchase_id)


@blueprint.post("/purchases/<int:purchase_id>/approve")
@allow(works_in_an_office)
@shown_again_by(approval_page)
def approve_purchase(purchase_id: int) -> ResponseReturnValue:
    purchase = approve(session(), current_identity(), purchase_id, now())
    commit()
    if purchase.state == PurchaseState.IN_APPROVAL:
        flash(_("已同意,下一步的审批人会收到通知。"))
    else:
        flash(_("已同意,备货已经留好,供应商会收到订单。"))
    return redirect(url_for("ordering.approvals", unit_id=purchase.unit_id))


@blueprint.post("/purchases/<int:purchase_id>/reject")
@allow(works_in_an_office)
@shown_again_by(approval_page)
def reject_purchase(purchase_id: int) -> ResponseReturnValue:
    reason = read_reason(request.form)
    purchase = reject(session(), current_identity(), purchase_id, reason, now())
    commit()
    flash(_("已退回经办人,原因已写明。"))
    return redirect(url_for("ordering.approvals", unit_id=purchase.unit_id))
