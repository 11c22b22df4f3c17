"""A batch is recalled over HTTP; its labels are printed, and its test reports kept."""

from datetime import date
from typing import Any

import segno
from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.catalogue.commands import add_report
from marketplace.catalogue.commands.reports import REPORT_KINDS
from marketplace.catalogue.queries import batches, outlets
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.ordering.commands.recalls import recall_batch
from marketplace.ordering.forms.keeping import read_labels
from marketplace.ordering.forms.orders import read_reason
from marketplace.ordering.queries.recalls import list_lines_with
from marketplace.ordering.routes.batches import batch_page, once, own_batch
from marketplace.ordering.routes.producer import works_for_a_producer
from marketplace.ordering.routes.room import blueprint
from marketplace.ordering.rules.recalls import may_recall
from marketplace.uploads.forms import read_file
from marketplace.uploads.rules import PHOTOGRAPHS, redrawn, require_kind
from marketplace.web import allow, begin_again, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.fields import Fields, read_page

ON_A_SHEET = 21


def keeps_or_oversees(identity: Identity) -> bool:
    """Producers, each for its own batches, and the operations centre."""
    return identity.is_in_centre() or bool(identity.organisations(OrganisationKind.PRODUCER))


def recall_page(batch_id: int, **_place: Any) -> str:
    """Where a batch went, and the way to recall it."""
    identity, batch = current_identity(), batches.get_batch(session(), batch_id)
    own = identity.has_role(OrganisationKind.PRODUCER, batch.producer_id)
    if not (own or identity.is_in_centre()):
        raise NotFound
    return render_template(
        "ordering/recall.html",
        batch=batch,
        page=list_lines_with(session(), batch_id, read_page(request.args)),
        at_outlets=outlets.list_of_batch(session(), batch_id),
        may_recall=may_recall(identity, batch.producer_id) and batch.recalled_at is None,
        own=own,
    )


@blueprint.get("/batches/<int:batch_id>/recall")
@allow(keeps_or_oversees)
def recall(batch_id: int) -> str:
    return recall_page(batch_id)


@blueprint.post("/batches/<int:batch_id>/recall")
@allow(keeps_or_oversees)
@shown_again_by(recall_page)
def recall_now(batch_id: int) -> ResponseReturnValue:
    reason = read_reason(request.form)
    recall_batch(session(), current_identity(), batch_id, reason, now())
    commit()
    flash(_("已召回:立即停售,买方会收到通知,已验收的退款已备好等待同意。"))
    return redirect(url_for("ordering.recall", batch_id=batch_id))


@blueprint.get("/producer/<int:producer_id>/batches/<int:batch_id>/labels")
@allow(works_for_a_producer)
def batch_labels(producer_id: int, batch_id: int) -> str:
    """Sheets of labels with the code that leads to the trace card."""
    batch = own_batch(producer_id, batch_id)
    home = current_app.config["SETTINGS"].public_url.rstrip("/")
    address = home + url_for("storefront.trace", code=batch.code)
    code = segno.make(address, error="m", micro=False)
    picture = code.svg_data_uri(scale=2, border=2, dark="#000", light="#fff")
    count = read_labels(request.args)
    return render_template(
        "producers/batch_labels.html",
        batch=batch,
        picture=picture,
        address=address,
        sheets=[min(ON_A_SHEET, count - first) for first in range(0, count, ON_A_SHEET)],
        count=count,
    )


@blueprint.post("/producer/<int:producer_id>/batches/<int:batch_id>/reports")
@allow(works_for_a_producer)
@shown_again_by(batch_page)
def report(producer_id: int, batch_id: int) -> ResponseReturnValue:
    own_batch(producer_id, batch_id)
    file, fields = read_file("report", request.files.get("report")), Fields(request.form)
    laboratory = fields.text("laboratory", 80)
    tested_on = fields.day("tested_on") or date.min
    fields.check()
    if file is not None and require_kind(file, REPORT_KINDS) in PHOTOGRAPHS:
        # Everyone sees it: drawn anew, without place and camera, while nobody's writing waits.
        begin_again(writing=False)
        file = redrawn(file)
        begin_again(writing=True)
    given = (file, laboratory, tested_on)
    once(lambda: add_report(session(), current_identity(), batch_id, given, now()))
    commit()
    flash(_("检测报告已上传,溯源卡上可以看到。"))
    return redirect(url_for("ordering.producer_batch", producer_id=producer_id, batch_id=batch_id))
