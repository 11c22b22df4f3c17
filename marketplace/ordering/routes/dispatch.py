"""Sending many orders at once: what to pick, labels to print, and a table that comes back."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.paging import Page
from marketplace.core.sheets import read_sheet, write_csv, write_xlsx
from marketplace.ordering.commands import ship
from marketplace.ordering.forms.parcels import read_carrier_and_file
from marketplace.ordering.queries.dispatch import boxes, lines_sent, lines_to_send, pick
from marketplace.ordering.routes.producer import require_clerk_of, works_for_a_producer
from marketplace.ordering.routes.room import blueprint
from marketplace.ordering.rules.dispatch import COLUMNS, read_dispatch
from marketplace.producers.queries import get_producer
from marketplace.uploads.forms import read_file
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.downloads import CSV, XLSX, download
from marketplace.web.fields import read_page

BOXES_ON_A_PAGE = 50
LABELS_ON_A_SHEET = 21
FILE = "dispatch"


def dispatch_page(producer_id: int, **_place: Any) -> str:
    require_clerk_of(producer_id)
    lines, asked = lines_to_send(session(), producer_id), read_page(request.args)
    found, start = boxes(lines), (asked.page - 1) * BOXES_ON_A_PAGE
    shown = found[start : start + BOXES_ON_A_PAGE]
    return render_template(
        "producers/dispatch.html",
        producer=get_producer(session(), producer_id),
        picked=pick(lines),
        page=Page(shown, asked.page, BOXES_ON_A_PAGE, len(found)),
    )


@blueprint.get("/producer/<int:producer_id>/dispatch")
@allow(works_for_a_producer)
def dispatch(producer_id: int) -> str:
    return dispatch_page(producer_id)


@blueprint.get("/producer/<int:producer_id>/dispatch/labels")
@allow(works_for_a_producer)
def dispatch_labels(producer_id: int) -> str:
    """Labels to print, 3 × 7 on a sheet, one for each order that waits."""
    require_clerk_of(producer_id)
    return render_template(
        "producers/labels.html",
        producer=get_producer(session(), producer_id),
        boxes=boxes(lines_to_send(session(), producer_id)),
        on_a_sheet=LABELS_ON_A_SHEET,
    )


@blueprint.get("/producer/<int:producer_id>/dispatch.<any(csv, xlsx):form>")
@allow(works_for_a_producer)
def dispatch_file(producer_id: int, form: str) -> Response:
    """A row for each line, with packs, carrier and number to be filled in."""
    require_clerk_of(producer_id)
    rows: list[tuple[str, ...]] = [COLUMNS]
    for line in lines_to_send(session(), producer_id):
        facts = (line.order_number, line.buyer_name, line.consignee_name, str(line.consignee_phone))
        goods = (line.consignee_address, line.product_name, line.variant_name, str(line.left))
        rows.append((str(line.line_id), *facts, *goods, "", "", ""))
    name = f"{FILE}-{producer_id}"
    if form == "csv":
        return download(write_csv(rows), CSV, f"{name}.csv")
    return download(write_xlsx(rows, now()), XLSX, f"{name}.xlsx")


@blueprint.post("/producer/<int:producer_id>/dispatch")
@allow(works_for_a_producer)
@shown_again_by(dispatch_page)
def send_many(producer_id: int) -> ResponseReturnValue:
    """Every row is judged; either all that were filled in leave, or nothing."""
    require_clerk_of(producer_id)
    file = read_file(FILE, request.files.get(FILE))
    carrier, given = read_carrier_and_file(request.form, file, FILE)
    filled = read_dispatch(
        FILE,
        read_sheet(given.field, given.content),
        lines_to_send(session(), producer_id),
        lines_sent(session(), producer_id),
        carrier,
    )
    for order_id, parcel in filled.parcels:
        ship(session(), current_identity(), order_id, parcel, now())
    commit()
    flash(_("已登记 %(parcels)s 个包裹。", parcels=len(filled.parcels)))
    if filled.sent_before or filled.unfilled:
        facts = {"before": filled.sent_before, "left": filled.unfilled}
        flash(_("%(before)s 行以前已发出,%(left)s 行还没有运单号。", **facts), "warning")
    return redirect(url_for("ordering.dispatch", producer_id=producer_id))
