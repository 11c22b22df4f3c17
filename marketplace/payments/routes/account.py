"""A buyer's money with us: credit, what is owed, every move of a month, and bank accounts."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.queries import names_of as names_of_people
from marketplace.core.clock import day_of, latest_months
from marketplace.core.errors import NotFound
from marketplace.core.money import plain_yuan
from marketplace.core.sheets import write_csv
from marketplace.hosts.queries import get_agency, get_host
from marketplace.payments import queries
from marketplace.payments.commands import (
    ask_for_payout,
    cancel_payout,
    declare_account,
    pay_from_credit,
    withdraw_account,
)
from marketplace.payments.forms import read_account, read_payout
from marketplace.payments.queries.accounts import BuyerStatement
from marketplace.payments.routes.purchase import purchase_page
from marketplace.payments.routes.room import blueprint
from marketplace.payments.rules.accounts import Holder, is_keeper, may_read_account
from marketplace.producers.queries import get_producer
from marketplace.units.queries import get_unit
from marketplace.web import allow, commit, confirmed_lately, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.downloads import CSV, download
from marketplace.web.sealing import sealer

KINDS = ("unit", "person", "producer", "host", "agency")


def holder_of(kind: str, holder_id: int) -> Holder:
    """Whose account the address names. Raises NotFound where this person may not see it."""
    if kind not in KINDS:
        raise NotFound
    holder = Holder(**{f"{kind}_id": holder_id})
    if not may_read_account(current_identity(), holder):
        raise NotFound
    return holder


def name_of(holder: Holder) -> str:
    if holder.unit_id is not None:
        return get_unit(session(), holder.unit_id).name
    if holder.producer_id is not None:
        return get_producer(session(), holder.producer_id).name
    if holder.host_id is not None:
        return get_host(session(), holder.host_id).name
    if holder.agency_id is not None:
        return get_agency(session(), holder.agency_id).name
    whose = holder.person_id or 0
    names = names_of_people(session(), [whose])
    if whose not in names:
        raise NotFound
    return names[whose]


def account_page(kind: str, holder_id: int, **_place: Any) -> str:
    """The account of anyone who has one. What is owed to those who sell has its own pages."""
    holder = holder_of(kind, holder_id)
    buys = holder.buys
    return render_template(
        "payments/account.html",
        kind=kind,
        holder_id=holder_id,
        name=name_of(holder),
        accounts=queries.list_accounts_of(session(), holder),
        may_write=is_keeper(current_identity(), holder),
        balances=queries.balances_of(session(), holder) if buys else None,
        payouts=queries.list_payouts_of(session(), holder) if buys else (),
        statement=wanted_statement(holder) if buys else None,
        months=latest_months(day_of(now())),
    )


def wanted_statement(holder: Holder) -> BuyerStatement:
    months = latest_months(day_of(now()))
    typed = request.args.get("period", "")
    return queries.buyer_statement(session(), holder, typed if typed in months else months[0])


@blueprint.get("/account")
@allow()
def my_account() -> ResponseReturnValue:
    me = current_identity().person_id
    return redirect(url_for("payments.account", kind="person", holder_id=me))


@blueprint.get("/account/<kind>/<int:holder_id>")
@allow()
def account(kind: str, holder_id: int) -> str:
    return account_page(kind, holder_id)


@blueprint.get("/account/<kind>/<int:holder_id>/statement.csv")
@allow()
def account_file(kind: str, holder_id: int) -> ResponseReturnValue:
    holder = holder_of(kind, holder_id)
    if not holder.buys:
        raise NotFound
    statement = wanted_statement(holder)
    head = (_("日期"), _("摘要"), _("订单"), _("金额"), _("余额"))
    opening = ("", _("月初余额"), "", "", plain_yuan(statement.opening_fen))
    rows = [
        (
            one.posted_on,
            one.narration,
            one.number or "",
            plain_yuan(one.amount_fen),
            plain_yuan(one.balance_fen),
        )
        for one in statement.moves
    ]
    name = f"statement-{kind}-{holder_id}-{statement.period}.csv"
    return download(write_csv([head, opening, *rows]), CSV, name)


@blueprint.post("/account/<kind>/<int:holder_id>/accounts")
@allow()
@confirmed_lately
@shown_again_by(account_page)
def declare_bank_account(kind: str, holder_id: int) -> ResponseReturnValue:
    holder = holder_of(kind, holder_id)
    given = read_account(request.form)
    declare_account(session(), current_identity(), holder, given, now(), sealer=sealer())
    return _back(kind, holder_id, _("账户已登记。"))


@blueprint.post("/account/<kind>/<int:holder_id>/accounts/<int:account_id>/withdraw")
@allow()
@confirmed_lately
@shown_again_by(account_page)
def withdraw_bank_account(kind: str, holder_id: int, account_id: int) -> ResponseReturnValue:
    holder_of(kind, holder_id)
    withdraw_account(session(), current_identity(), account_id, now())
    return _back(kind, holder_id, _("账户已停用。"))


@blueprint.post("/account/<kind>/<int:holder_id>/payouts")
@allow()
@shown_again_by(account_page)
def ask_back(kind: str, holder_id: int) -> ResponseReturnValue:
    holder_of(kind, holder_id)
    account_id, amount_fen = read_payout(request.form)
    ask_for_payout(session(), current_identity(), account_id, amount_fen, now())
    return _back(kind, holder_id, _("退回申请已提交,会随下一批银行付款汇出。"))


@blueprint.post("/account/<kind>/<int:holder_id>/payouts/<int:payout_id>/cancel")
@allow()
@shown_again_by(account_page)
def call_back(kind: str, holder_id: int, payout_id: int) -> ResponseReturnValue:
    holder_of(kind, holder_id)
    cancel_payout(session(), current_identity(), payout_id, now())
    return _back(kind, holder_id, _("退回申请已撤销,钱回到余额。"))


@blueprint.post("/purchases/<int:purchase_id>/credit")
@allow()
@shown_again_by(purchase_page)
def use_credit(purchase_id: int) -> ResponseReturnValue:
    paid_fen = pay_from_credit(session(), current_identity(), purchase_id, now())
    commit()
    flash(_("已用余额支付 %(sum)s 元。", sum=plain_yuan(paid_fen)))
    return redirect(url_for("payments.purchase", purchase_id=purchase_id, _anchor="payment"))


def _back(kind: str, holder_id: int, words: str) -> ResponseReturnValue:
    commit()
    flash(words)
    return redirect(url_for("payments.account", kind=kind, holder_id=holder_id))
