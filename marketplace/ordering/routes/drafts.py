"""A purchase that its buyer takes back, changes and hands in again."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.errors import NotFound
from marketplace.core.money import plain_yuan
from marketplace.ordering.commands import change_draft, recall, submit
from marketplace.ordering.forms.drafts import read_draft, read_reviewed
from marketplace.ordering.queries import PurchaseView, get_purchase
from marketplace.ordering.routes.room import blueprint
from marketplace.ordering.rules import PurchaseState
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by


def own_draft(purchase_id: int) -> PurchaseView:
    """The draft of whoever asks. Raises NotFound for anything else."""
    purchase = get_purchase(session(), current_identity(), purchase_id)
    mine = purchase.buyer_id == current_identity().person_id
    if not mine or purchase.state != PurchaseState.DRAFT:
        raise NotFound
    return purchase


def draft_page(purchase_id: int, **_place: Any) -> str:
    """Lines with their quantities, where it goes and which money pays."""
    return render_template("ordering/draft.html", purchase=own_draft(purchase_id))


@blueprint.get("/purchases/<int:purchase_id>/draft")
@allow()
def draft(purchase_id: int) -> ResponseReturnValue:
    if own_draft(purchase_id).people:
        # Its lines are the sums of a staff list, which is changed as a whole.
        return redirect(url_for("ordering.people", purchase_id=purchase_id))
    return draft_page(purchase_id)


@blueprint.post("/purchases/<int:purchase_id>/recall")
@allow()
def recall_purchase(purchase_id: int) -> ResponseReturnValue:
    get_purchase(session(), current_identity(), purchase_id)
    recall(session(), current_identity(), purchase_id, now())
    commit()
    flash(_("已撤回,改好后请重新提交,审批从头开始。"))
    return redirect(url_for("ordering.draft", purchase_id=purchase_id))


@blueprint.post("/purchases/<int:purchase_id>/draft")
@allow()
@shown_again_by(draft_page)
def save_draft(purchase_id: int) -> ResponseReturnValue:
    """Keeps what was typed, and hands it in where that is asked: but no other sum than the one
    that was in sight, which is shown first."""
    known = own_draft(purchase_id)
    lines = [line for order in known.orders for line in order.lines]
    change = read_draft(request.form, lines, for_unit=known.unit_id is not None)
    purchase = change_draft(session(), current_identity(), purchase_id, change, now())
    total_fen = purchase.goods_fen + purchase.freight_fen
    if request.form.get("then") == "submit" and total_fen == read_reviewed(request.form):
        return _hand_in(purchase_id)
    commit()
    if request.form.get("then") == "submit":
        sum_words = plain_yuan(total_fen)
        flash(_("改动已保存,现在合计 %(sum)s 元。核对后再点「提交采购单」。", sum=sum_words))
    else:
        flash(_("已保存,价格按今天的。"))
    return redirect(url_for("ordering.draft", purchase_id=purchase_id))


def _hand_in(purchase_id: int) -> ResponseReturnValue:
    submit(session(), current_identity(), purchase_id, now())
    commit()
    flash(_("采购单已提交。"))
    return redirect(url_for("payments.purchase", purchase_id=purchase_id))
