"""Invoices of an order: registered by its producer, checked by its buyer."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.ordering.commands import check_invoice, register_invoice
from marketplace.ordering.forms.invoices import read_invoice
from marketplace.ordering.queries import get_invoice_file
from marketplace.ordering.routes.orders import back_to, order_page
from marketplace.ordering.routes.producer import works_for_a_producer
from marketplace.ordering.routes.room import blueprint
from marketplace.web import allow, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.downloads import download


@blueprint.post("/orders/<int:order_id>/invoices")
@allow(works_for_a_producer)
@shown_again_by(order_page)
def register(order_id: int) -> ResponseReturnValue:
    given = read_invoice(request.form, request.files.get("file"))
    register_invoice(session(), current_identity(), order_id, given, now())
    return back_to(order_id, _("发票已登记,买方会收到通知。"))


@blueprint.post("/invoices/<int:invoice_id>/check")
@allow()
def check(invoice_id: int) -> ResponseReturnValue:
    invoice = check_invoice(session(), current_identity(), invoice_id, now())
    return back_to(invoice.order_id, _("发票已核对。"))


@blueprint.get("/invoices/<int:invoice_id>/file")
@allow()
def invoice_file(invoice_id: int) -> ResponseReturnValue:
    """The file as it came, to be kept and not shown: what is in it is not ours."""
    kept = get_invoice_file(session(), current_identity(), invoice_id)
    return download(kept.content, kept.media_type, kept.name)
