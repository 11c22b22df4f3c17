"""The bank's statements: taken in, matched by themselves where that is certain, else here."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.areas import EVERYTHING
from marketplace.desk.routes.room import blueprint
from marketplace.desk.rules import confirms_payments, reads_desk
from marketplace.payments import queries
from marketplace.payments.commands import (
    give_by_hand,
    give_to_payout,
    import_statement,
    left_of,
    match_line,
    set_aside,
)
from marketplace.payments.forms import ROWS, read_parts, read_words, require_file
from marketplace.payments.queries.transfers import TABS
from marketplace.payments.rules.statements import list_layouts
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import keep_typed, shown_again_by
from marketplace.web.areas import looks_after_all
from marketplace.web.fields import read_page, read_search

# Lines that are matched while the cashier waits; the worker does the others at once.
WHILE_WAITING = 200


def transfers_page(**_place: Any) -> str:
    """Lines by what became of them, and the form that takes a statement in."""
    tab = request.args.get("tab", "")
    tab = tab if tab in TABS else TABS[0]
    words = read_search(request.args)
    identity = current_identity()
    keeps_all = looks_after_all(session(), identity)
    area = EVERYTHING if keeps_all else identity.area
    return render_template(
        "desk/transfers.html",
        tab=tab,
        words=words,
        counts=queries.count_transfers(session(), area=area),
        page=queries.list_transfers(session(), tab, words, read_page(request.args), area=area),
        layouts=list_layouts(),
        may_write=keeps_all and confirms_payments(identity),
    )


@blueprint.get("/desk/transfers")
@allow(reads_desk)
def transfers() -> str:
    return transfers_page()


@blueprint.post("/desk/transfers")
@allow(confirms_payments)
@shown_again_by(transfers_page)
def take_in() -> ResponseReturnValue:
    file = require_file(request.files.get("file"))
    imported = import_statement(session(), current_identity(), file, now())
    commit()
    matched = 0
    for line_id in imported.new_lines[:WHILE_WAITING]:
        matched += match_line(session(), line_id, now()).state == "MATCHED"
        commit()
    words = _(
        "新导入 %(new)s 笔,其中自动对上 %(matched)s 笔;以前已有 %(old)s 笔。",
        new=len(imported.new_lines),
        matched=matched,
        old=imported.old_lines,
    )
    flash(words)
    return redirect(url_for("desk.transfers"))


def transfer_page(line_id: int, **_place: Any) -> str:
    """One transfer: what it could be for, and the form to say so."""
    identity = current_identity()
    return render_template(
        "desk/transfer.html",
        transfer=queries.get_transfer(session(), line_id),
        rows=range(1, ROWS + 1),
        may_write=looks_after_all(session(), identity) and confirms_payments(identity),
    )


@blueprint.get("/desk/transfers/<int:line_id>")
@allow(reads_desk)
def transfer(line_id: int) -> str:
    return transfer_page(line_id)


@blueprint.post("/desk/transfers/<int:line_id>/give")
@allow(confirms_payments)
@shown_again_by(transfer_page)
def give(line_id: int) -> ResponseReturnValue:
    """First shows whose purchases they are and what would be booked; then books it, or shows the
    form again as it was filled in."""
    if request.form.get("confirmed") == "back":
        keep_typed()
        return transfer_page(line_id)
    wanted = queries.find_parts(session(), *read_parts(request.form))
    if request.form.get("confirmed") != "1":
        transfer = queries.get_transfer(session(), line_id)
        return render_template(
            "desk/transfer_preview.html",
            transfer=transfer,
            left_fen=left_of(transfer.row.amount_fen, wanted.parts, wanted.unit_id),
            others=[one for one in wanted.views if one.buyer_name != transfer.row.other_name],
            wanted=wanted,
            typed_values=request.form.items(),
        )
    give_by_hand(session(), current_identity(), line_id, (wanted.parts, wanted.unit_id), now())
    commit()
    flash(_("已入账。"))
    return redirect(url_for("desk.transfer", line_id=line_id))


@blueprint.post("/desk/transfers/<int:line_id>/payout")
@allow(confirms_payments)
@shown_again_by(transfer_page)
def give_payout(line_id: int) -> ResponseReturnValue:
    number = read_words(request.form, "number")
    give_to_payout(session(), current_identity(), line_id, number, now())
    commit()
    flash(_("已对上。"))
    return redirect(url_for("desk.transfer", line_id=line_id))


@blueprint.post("/desk/transfers/<int:line_id>/set-aside")
@allow(confirms_payments)
@shown_again_by(transfer_page)
def put_aside(line_id: int) -> ResponseReturnValue:
    set_aside(session(), current_identity(), line_id, read_words(request.form), now())
    commit()
    flash(_("已搁置,原因已保存。"))
    return redirect(url_for("desk.transfers"))
