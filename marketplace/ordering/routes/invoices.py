"""Invoices of an order: registered by its producer, checked by its buyer."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.clock import day_of
from marketplace.core.errors import NotFound
from marketplace.core.money import plain_yuan
from marketplace.core.sheets import write_csv
from marketplace.ordering import queries
from marketplace.ordering.commands import ask_for_invoice, check_invoice, register_invoice
from marketplace.ordering.forms.invoices import read_invoice
from marketplace.ordering.queries import get_invoice_file
from marketplace.ordering.queries.invoices import LISTS
from marketplace.ordering.routes.orders import back_to, order_page
from marketplace.ordering.routes.producer import works_for_a_producer
from marketplace.ordering.routes.room import blueprint
from marketplace.web import allow, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.downloads import CSV, download
from marketplace.web.fields import read_page


@blueprint.post("/orders/<int:order_id>/invoices")
@allow(works_for_a_producer)
@shown_again_by(order_page)
def register(order_id: int) -> ResponseReturnValue:
    given = read_invoice(request.form, request.files.get("file"))
    register_invoice(session(), current_identity(), order_id, given, now())
    return back_to(order_id, _("发票已登记,买方会收到通知。"))


@blueprint.get("/invoices")
@allow()
def all_invoices() -> str:
    """Which orders lack an invoice, which wait to be checked: of a unit, a producer, the county."""
    identity = current_identity()
    part = request.args.get("tab", "")
    part = part if part in LISTS else next(iter(LISTS))
    page = queries.list_to_invoice(session(), identity, part, read_page(request.args))
    return render_template(
        "ordering/invoices.html",
        tab=part,
        counts=queries.count_to_invoice(session(), identity),
        page=page,
        year=day_of(now()).year,
    )


@blueprint.get("/invoices/register-<int:year>.csv")
@allow()
def invoice_register(year: int) -> ResponseReturnValue:
    """The register of a year (发票登记簿), as a file for the accountant."""
    if not 2000 <= year <= 2100:
        raise NotFound
    head = (
        _("开票日期"),
        _("发票号码"),
        _("蓝字/红字"),
        _("价税合计"),
        _("状态"),
        _("订单"),
        _("供应商"),
        _("买方"),
    )
    kinds = {"BLUE": _("蓝字"), "RED": _("红字")}
    states = {"ISSUED": _("等买方核对"), "CHECKED": _("买方已核对"), "REVERSED": _("已全部冲红")}
    rows = [
        # A number of twenty digits would lose its last ones in a spreadsheet.
        (day, f"{number}\t", kinds[kind], plain_yuan(fen), states[state], *rest)
        for day, number, kind, fen, state, *rest in queries.register_of_invoices(
            session(), current_identity(), year
        )
    ]
    return download(write_csv([head, *rows]), CSV, f"invoices-{year}.csv")


@blueprint.post("/invoices/<int:invoice_id>/check")
@allow()
def check(invoice_id: int) -> ResponseReturnValue:
    invoice = check_invoice(session(), current_identity(), invoice_id, now())
    return back_to(invoice.order_id, _("发票已核对。"))


@blueprint.post("/orders/<int:order_id>/invoices/ask")
@allow()
@shown_again_by(order_page)
def ask_invoice(order_id: int) -> ResponseReturnValue:
    told = ask_for_invoice(session(), current_identity(), order_id, now())
    words = _("已请供应商开票。") if told else _("今天已经请过供应商了,或者发票刚登记。")
    return back_to(order_id, words)


@blueprint.get("/invoices/<int:invoice_id>/file")
@allow()
def invoice_file(invoice_id: int) -> ResponseReturnValue:
    """The file as it came, to be kept and not shown: what is in it is not ours."""
    kept = get_invoice_file(session(), current_identity(), invoice_id)
    return download(kept.content, kept.media_type, kept.name)
