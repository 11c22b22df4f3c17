"""Receipts: listed for the centre and for the unit that paid, agreed to, refused, taken back."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.catalogue.queries.sold import get_outlet
from marketplace.outlets import commands, queries
from marketplace.outlets.forms import read_filter, read_words
from marketplace.outlets.routes.room import blueprint, in_centre, operates
from marketplace.outlets.rules import ReceiptState, agrees_for
from marketplace.units.queries import get_visible_unit
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.fields import read_page


@blueprint.get("/desk/outlets/<int:outlet_id>/receipts")
@allow(in_centre)
def of_outlet(outlet_id: int) -> str:
    """An outlet's receipts, by month and state."""
    looked_for = read_filter(request.args)
    return render_template(
        "outlets/receipts.html",
        outlet=get_outlet(session(), outlet_id),
        looked_for=looked_for,
        states=tuple(ReceiptState),
        page=queries.list_of_outlet(session(), outlet_id, looked_for, read_page(request.args)),
    )


@blueprint.get("/unit/<int:unit_id>/receipts")
@allow()
def of_unit(unit_id: int) -> str:
    """Receipts in a unit's name: those that wait for it, and all others."""
    identity = current_identity()
    return render_template(
        "outlets/of_unit.html",
        unit=get_visible_unit(session(), identity, unit_id),
        page=queries.list_of_unit(session(), identity, unit_id, read_page(request.args)),
        waiting=queries.count_waiting(session(), unit_id),
    )


def receipt_page(receipt_id: int, **_place: Any) -> str:
    identity = current_identity()
    row, lines = queries.get_receipt(session(), identity, receipt_id)
    waits = row.state == ReceiptState.WAITING and row.reported_by != identity.person_id
    return render_template(
        "outlets/receipt.html",
        row=row,
        lines=lines,
        may_agree=waits and agrees_for(identity, row.unit_id or 0),
        may_reverse=operates(identity) and row.state != ReceiptState.REVERSED,
        in_centre=in_centre(identity),
    )


@blueprint.get("/receipts/<int:receipt_id>")
@allow()
def receipt(receipt_id: int) -> str:
    return receipt_page(receipt_id)


@blueprint.post("/receipts/<int:receipt_id>/agree")
@allow()
@shown_again_by(receipt_page)
def agree(receipt_id: int) -> ResponseReturnValue:
    commands.agree_receipt(session(), current_identity(), receipt_id, now())
    return _back(receipt_id, _("已确认,已认定的部分计入本单位全年任务。"))


@blueprint.post("/receipts/<int:receipt_id>/refuse")
@allow()
@shown_again_by(receipt_page)
def refuse(receipt_id: int) -> ResponseReturnValue:
    words = read_words(request.form)
    commands.refuse_receipt(session(), current_identity(), receipt_id, words, now())
    return _back(receipt_id, _("已说明不是本单位付的,不计入本单位。"))


@blueprint.post("/receipts/<int:receipt_id>/reverse")
@allow()
@shown_again_by(receipt_page)
def reverse(receipt_id: int) -> ResponseReturnValue:
    words = read_words(request.form)
    commands.reverse_receipt(session(), current_identity(), receipt_id, words, now())
    return _back(receipt_id, _("已整张冲销,货回到网点,各村同时减去。"))


def _back(receipt_id: int, words: str) -> ResponseReturnValue:
    commit()
    flash(words)
    return redirect(url_for("outlets.receipt", receipt_id=receipt_id))
