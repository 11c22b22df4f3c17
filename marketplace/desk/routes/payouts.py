"""Money that leaves by the bank: what waits, batches, their file, and what came of them."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.sheets import read_sheet, write_csv, write_xlsx
from marketplace.desk.routes.room import blueprint
from marketplace.desk.rules import confirms_payments, reads_desk, releases_batches
from marketplace.payments import queries
from marketplace.payments.commands import (
    cancel_settlement_payout,
    discard_batch,
    make_batch,
    note_results,
    release_batch,
)
from marketplace.payments.forms import read_chosen, read_result, require_file
from marketplace.payments.rules.payouts import read_results
from marketplace.web import allow, commit, confirmed_lately, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.downloads import CSV, XLSX, download
from marketplace.web.fields import read_page


def payouts_page(**_place: Any) -> str:
    """What waits to be paid, and the batches."""
    identity = current_identity()
    return render_template(
        "desk/payouts.html",
        waiting=queries.list_waiting_payouts(session(), area=identity.area),
        all_waiting=queries.count_waiting_payouts(session(), area=identity.area),
        page=queries.list_batches(session(), read_page(request.args), area=identity.area),
        may_write=confirms_payments(identity),
    )


@blueprint.get("/desk/payouts")
@allow(reads_desk)
def payouts() -> str:
    return payouts_page()


@blueprint.post("/desk/payouts")
@allow(confirms_payments)
@shown_again_by(payouts_page)
def put_together() -> ResponseReturnValue:
    chosen = read_chosen(request.form.getlist("payout"))
    batch = make_batch(session(), current_identity(), chosen, now())
    commit()
    flash(_("付款批次已生成,请另一位同事复核放行。"))
    return redirect(url_for("desk.batch", batch_id=batch.id))


@blueprint.post("/desk/payouts/<int:payout_id>/cancel")
@allow(confirms_payments)
@shown_again_by(payouts_page)
def cancel_payout(payout_id: int) -> ResponseReturnValue:
    kind = cancel_settlement_payout(session(), current_identity(), payout_id, now()).kind
    commit()
    if kind == "COMMISSION":
        flash(_("付款已撤销,款项仍欠主播或机构,可以重新申请。"))
    else:
        flash(_("付款已撤销,款项仍欠供应商,可以重新申请。"))
    return redirect(url_for("desk.payouts"))


def batch_page(batch_id: int, **_place: Any) -> str:
    """A batch: who made and released it, its payouts, its file, and the bank's answer."""
    identity = current_identity()
    return render_template(
        "desk/batch.html",
        batch=queries.get_batch(session(), batch_id),
        may_write=confirms_payments(identity),
        may_release=releases_batches(identity),
        me=identity.person_id,
    )


@blueprint.get("/desk/batches/<int:batch_id>")
@allow(reads_desk)
def batch(batch_id: int) -> str:
    return batch_page(batch_id)


@blueprint.post("/desk/batches/<int:batch_id>/release")
@allow(releases_batches)
@confirmed_lately
@shown_again_by(batch_page)
def release(batch_id: int) -> ResponseReturnValue:
    release_batch(session(), current_identity(), batch_id, now())
    return _back(batch_id, _("已放行,可以下载银行文件。"))


@blueprint.post("/desk/batches/<int:batch_id>/discard")
@allow(confirms_payments)
@shown_again_by(batch_page)
def discard(batch_id: int) -> ResponseReturnValue:
    discard_batch(session(), current_identity(), batch_id, now())
    return _back(batch_id, _("批次已作废,其中的付款可以放入新的批次。"))


@blueprint.get("/desk/batches/<int:batch_id>/file.<any(csv, xlsx):kind>")
@allow(confirms_payments)
@confirmed_lately
def file_for_the_bank(batch_id: int, kind: str) -> ResponseReturnValue:
    row, rows = queries.bank_file(session(), batch_id)
    if kind == "xlsx":
        return download(write_xlsx(rows, row.made_at), XLSX, f"{row.number}.xlsx")
    return download(write_csv(rows), CSV, f"{row.number}.csv")


@blueprint.post("/desk/batches/<int:batch_id>/results")
@allow(confirms_payments)
@shown_again_by(batch_page)
def take_results(batch_id: int) -> ResponseReturnValue:
    file = require_file(request.files.get("file"))
    results = read_results(read_sheet(file.field, file.content))
    changed = note_results(session(), current_identity(), results, now())
    return _back(batch_id, _("银行结果已登记 %(number)s 笔。", number=changed))


@blueprint.post("/desk/batches/<int:batch_id>/result")
@allow(confirms_payments)
@shown_again_by(batch_page)
def take_result(batch_id: int) -> ResponseReturnValue:
    result = read_result(request.form)
    note_results(session(), current_identity(), [result], now())
    return _back(batch_id, _("结果已登记。"))


def _back(batch_id: int, words: str) -> ResponseReturnValue:
    commit()
    flash(words)
    return redirect(url_for("desk.batch", batch_id=batch_id))
