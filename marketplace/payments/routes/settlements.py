"""A producer's settlements, each with the entries it is made of."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.core.money import plain_yuan
from marketplace.core.sheets import write_csv, write_xlsx
from marketplace.payments import queries
from marketplace.payments.queries.accounts import account_declared_last
from marketplace.payments.queries.settlements import SettlementView
from marketplace.payments.routes.room import blueprint
from marketplace.payments.rules.accounts import Holder
from marketplace.producers.queries import get_producer
from marketplace.web import allow, current_identity, session
from marketplace.web.downloads import CSV, XLSX, download
from marketplace.web.fields import read_page


def require_reader(identity: Identity, producer_id: int) -> None:
    """The producer's people and the operations centre; to others there is no such thing."""
    theirs = identity.has_role(OrganisationKind.PRODUCER, producer_id)
    if not theirs and not identity.is_in_centre():
        raise NotFound


@blueprint.get("/producer/<int:producer_id>/settlements")
@allow()
def producer_settlements(producer_id: int) -> str:
    require_reader(current_identity(), producer_id)
    page = queries.list_settlements(session(), read_page(request.args), producer_id=producer_id)
    return render_template(
        "payments/settlements.html", producer=get_producer(session(), producer_id), page=page
    )


def visible(settlement_id: int) -> SettlementView:
    settlement = queries.get_settlement(session(), settlement_id)
    require_reader(current_identity(), settlement.row.producer_id)
    return settlement


def settlement_page(settlement_id: int) -> str:
    """One settlement, and what may be done with it."""
    view, identity = visible(settlement_id), current_identity()
    producer_id = view.row.producer_id
    holder = Holder(producer_id=producer_id)
    return render_template(
        "payments/settlement.html",
        settlement=view,
        may_pay=identity.is_in_centre(Role.CASHIER),
        is_theirs=identity.has_role(OrganisationKind.PRODUCER, producer_id),
        has_account=account_declared_last(session(), holder) is not None,
    )


@blueprint.get("/settlements/<int:settlement_id>")
@allow()
def settlement(settlement_id: int) -> str:
    return settlement_page(settlement_id)


@blueprint.get("/settlements/<int:settlement_id>/file.<any(csv, xlsx):kind>")
@allow()
def settlement_file(settlement_id: int, kind: str) -> ResponseReturnValue:
    view = visible(settlement_id)
    row = view.row
    rows: list[tuple[object, ...]] = [
        (row.producer_name, row.period, row.number),
        (_("日期"), _("订单"), _("摘要"), _("金额")),
        *(
            (line.posted_on, line.number, line.narration, plain_yuan(line.amount_fen))
            for line in view.lines
        ),
        ("", "", _("本次结算"), plain_yuan(row.amount_fen)),
        *(("", "", _("其中 %(month)s", month=one), plain_yuan(fen)) for one, fen in view.months),
        ("", "", _("上月结转"), plain_yuan(row.carried_fen)),
        ("", "", _("应结"), plain_yuan(row.closing_fen)),
    ]
    if kind == "xlsx":
        return download(write_xlsx(rows, row.frozen_at), XLSX, f"{row.number}.xlsx")
    return download(write_csv(rows), CSV, f"{row.number}.csv")
