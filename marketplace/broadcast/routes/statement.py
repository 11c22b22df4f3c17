"""The monthly statement of a host or an agency: what was earned, why, and when it is paid."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from marketplace.broadcast.routes.room import blueprint
from marketplace.core.clock import day_of, latest_months
from marketplace.core.sheets import write_csv, write_xlsx
from marketplace.ordering.rules.aftersale import LONGEST_WINDOW
from marketplace.payments import queries
from marketplace.payments.queries.commissions import name_of_payee
from marketplace.payments.routes.commission_files import (
    kind_in_words,
    rate_in_words,
    reason_in_words,
    statement_rows,
)
from marketplace.payments.rules.commissions import Payee, require_reader
from marketplace.web import allow, current_identity, now, session
from marketplace.web.downloads import CSV, XLSX, download
from marketplace.web.fields import read_page


def asked_month() -> tuple[str, list[str]]:
    """The month that was asked for, or else this one; and those there are."""
    months = latest_months(day_of(now()))
    typed = request.args.get("period", "")
    return (typed if typed in months else months[0]), months


@blueprint.get("/<any(host, agency):kind>/<int:payee_id>/statement")
@allow()
def statement(kind: str, payee_id: int) -> str:
    payee = Payee(kind, payee_id)
    require_reader(current_identity(), payee)
    name = name_of_payee(session(), payee)
    period, months = asked_month()
    page = read_page(request.args)
    return render_template(
        "broadcast/statement.html",
        payee=payee,
        name=name,
        earnings=queries.earnings_of(session(), payee, period, page, now()),
        settlement=queries.find_commission(session(), payee, period),
        months=months,
        days=LONGEST_WINDOW.days,
        reason=reason_in_words,
        kind_words=kind_in_words,
        rate=rate_in_words,
    )


@blueprint.get("/<any(host, agency):kind>/<int:payee_id>/statement.<any(csv, xlsx):form>")
@allow()
def statement_file(kind: str, payee_id: int, form: str) -> ResponseReturnValue:
    payee = Payee(kind, payee_id)
    require_reader(current_identity(), payee)
    name = name_of_payee(session(), payee)
    period, _months = asked_month()
    earnings = queries.earnings_of(session(), payee, period, queries.EVERY_LINE, now())
    rows = statement_rows(name, earnings)
    file = f"commission-{kind}-{payee_id}-{period}.{form}"
    if form == "xlsx":
        return download(write_xlsx(rows, now()), XLSX, file)
    return download(write_csv(rows), CSV, file)
