"""Buying by list: pasted or as a file, every row with a verdict, the good ones into the basket."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.clock import day_of
from marketplace.core.errors import NotFound
from marketplace.ordering.commands import put_many
from marketplace.ordering.forms.lists import FIELD, read_list
from marketplace.ordering.queries import get_purchase
from marketplace.ordering.queries.lists import judge_rows
from marketplace.ordering.routes.room import blueprint
from marketplace.ordering.rules import MAX_LINES, is_buyers_side
from marketplace.ordering.rules.lists import wanted_of
from marketplace.uploads.forms import read_file
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by


def list_page(**_place: Any) -> str:
    return render_template("ordering/list.html", verdicts=[], text=request.form.get(FIELD, ""))


@blueprint.get("/basket/list")
@allow()
def shopping_list() -> str:
    return list_page()


@blueprint.post("/basket/list")
@allow()
@shown_again_by(list_page)
def check_list() -> ResponseReturnValue:
    """Judges every row; on the second button takes the good ones."""
    text, rows = read_list(request.form, read_file("file", request.files.get("file")))
    verdicts = judge_rows(session(), rows, day_of(now()))
    wanted = wanted_of(verdicts)
    if request.form.get("step") == "take" and wanted:
        put_many(session(), current_identity(), wanted, now())
        commit()
        flash(_("已放入购物车,共 %(lines)s 种。", lines=len(wanted)))
        return redirect(url_for("ordering.basket"))
    return render_template(
        "ordering/list.html",
        verdicts=verdicts,
        text=text,
        good=sum(verdict.is_good for verdict in verdicts),
        is_long=len(wanted) > MAX_LINES,
        most=MAX_LINES,
    )


@blueprint.post("/purchases/<int:purchase_id>/again")
@allow()
def buy_again(purchase_id: int) -> ResponseReturnValue:
    """Puts what was bought once into the basket again, at today's prices."""
    identity = current_identity()
    purchase = get_purchase(session(), identity, purchase_id)
    if not is_buyers_side(identity, purchase.unit_id, purchase.buyer_id):
        raise NotFound
    wanted: dict[int, int] = {}
    for line in (line for part in purchase.orders for line in part.lines):
        wanted[line.variant_id] = wanted.get(line.variant_id, 0) + line.quantity
    gone = put_many(session(), identity, wanted, now())
    commit()
    if gone:
        flash(_("这些现在不卖了,没有放进去:%(names)s", names="、".join(gone)), "warning")
    flash(_("已按这张采购单放入购物车,价格按今天的。"))
    return redirect(url_for("ordering.basket"))
