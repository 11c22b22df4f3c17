"""Settlements of a host or an agency, each with the entries it is made of and its tax."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.identity import Role
from marketplace.core.sheets import write_csv, write_xlsx
from marketplace.ordering.rules.invoices import read_number
from marketplace.payments import queries
from marketplace.payments.commands import note_commission_invoice
from marketplace.payments.queries.accounts import account_declared_last
from marketplace.payments.queries.commissions import CommissionView, name_of_payee
from marketplace.payments.routes.commission_files import (
    kind_in_words,
    rate_in_words,
    reason_in_words,
    settlement_rows,
)
from marketplace.payments.routes.room import blueprint
from marketplace.payments.rules.accounts import Holder
from marketplace.payments.rules.commissions import Payee, belongs_to, require_reader
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.downloads import CSV, XLSX, download
from marketplace.web.fields import read_page


@blueprint.get("/<any(host, agency):kind>/<int:payee_id>/settlements")
@allow()
def commission_settlements(kind: str, payee_id: int) -> str:
    payee = Payee(kind, payee_id)
    require_reader(current_identity(), payee)
    return render_template(
        "payments/commissions.html",
        payee=payee,
        name=name_of_payee(session(), payee),
        page=queries.list_commissions(session(), read_page(request.args), payee=payee),
    )


def visible(settlement_id: int) -> CommissionView:
    row = queries.get_commission_row(session(), settlement_id)
    require_reader(current_identity(), row.payee)
    return queries.get_commission(session(), settlement_id, now())


def commission_page(settlement_id: int, **_place: Any) -> str:
    """A settlement: its entries, what is withheld, the invoice it waits for, and its payouts."""
    view = visible(settlement_id)
    identity = current_identity()
    payee = view.row.payee
    holder = Holder(host_id=payee.host_id, agency_id=payee.agency_id)
    return render_template(
        "payments/commission.html",
        settlement=view,
        may_pay=identity.is_in_centre(Role.CASHIER),
        is_theirs=belongs_to(identity, payee),
        has_account=account_declared_last(session(), holder) is not None,
        reason=reason_in_words,
        rate=rate_in_words,
        kind_words=kind_in_words,
    )


@blueprint.get("/commissions/<int:settlement_id>")
@allow()
def commission(settlement_id: int) -> str:
    return commission_page(settlement_id)


@blueprint.get("/commissions/<int:settlement_id>/file.<any(csv, xlsx):kind>")
@allow()
def commission_file(settlement_id: int, kind: str) -> ResponseReturnValue:
    view = visible(settlement_id)
    rows, name = settlement_rows(view), f"{view.row.number}.{kind}"
    if kind == "xlsx":
        return download(write_xlsx(rows, view.row.frozen_at), XLSX, name)
    return download(write_csv(rows), CSV, name)


@blueprint.post("/commissions/<int:settlement_id>/invoice")
@allow()
@shown_again_by(commission_page)
def note_invoice(settlement_id: int) -> ResponseReturnValue:
    row = queries.get_commission_row(session(), settlement_id)
    require_reader(current_identity(), row.payee)
    number = read_number(request.form.get("number", "")[:80])
    note_commission_invoice(session(), current_identity(), settlement_id, number, now())
    commit()
    flash(_("发票号码已登记,接下来由运营中心申请付款。"))
    return redirect(url_for("payments.commission", settlement_id=settlement_id))
