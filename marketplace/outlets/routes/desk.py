"""An outlet at the centre's desk: what lies there, what it sold by month, what it costs."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.catalogue.queries.sold import get_outlet, list_shelf
from marketplace.core.clock import day_of, month_of
from marketplace.core.money import plain_yuan
from marketplace.outlets import commands, queries
from marketplace.outlets.forms import read_cost
from marketplace.outlets.queries.money import MonthRow
from marketplace.outlets.routes.room import blueprint, in_centre, operates, taken_away
from marketplace.outlets.rules import CostKind
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by

HOME = "/desk/outlets/<int:outlet_id>"


def outlet_page(outlet_id: int, **_place: Any) -> str:
    today = day_of(now())
    months = queries.list_months(session(), outlet_id)
    return render_template(
        "outlets/outlet.html",
        outlet=get_outlet(session(), outlet_id),
        today=today,
        months=months,
        sums=queries.sum_up(_("合计"), months),
        shelf=list_shelf(session(), outlet_id),
        costs=queries.list_costs(session(), outlet_id),
        kinds=tuple(CostKind),
        this_month=month_of(today),
        may_write=operates(current_identity()),
    )


@blueprint.get(HOME)
@allow(in_centre)
def outlet(outlet_id: int) -> str:
    return outlet_page(outlet_id)


@blueprint.post(f"{HOME}/costs")
@allow(operates)
@shown_again_by(outlet_page)
def add_cost(outlet_id: int) -> ResponseReturnValue:
    cost = read_cost(request.form)
    commands.enter_cost(session(), current_identity(), outlet_id, cost, now())
    commit()
    flash(_("费用已登记。"))
    return redirect(url_for("outlets.outlet", outlet_id=outlet_id))


@blueprint.post(f"{HOME}/costs/<int:cost_id>/reverse")
@allow(operates)
@shown_again_by(outlet_page)
def take_cost_back(outlet_id: int, cost_id: int) -> ResponseReturnValue:
    commands.reverse_cost(session(), current_identity(), outlet_id, cost_id, now())
    commit()
    flash(_("这笔费用已冲销。"))
    return redirect(url_for("outlets.outlet", outlet_id=outlet_id))


@blueprint.get(f"{HOME}/months.<kind>")
@allow(in_centre)
def months(outlet_id: int, kind: str) -> ResponseReturnValue:
    """Sales by month against costs, as a table to take away."""
    get_outlet(session(), outlet_id)
    rows = [_figures(one) for one in queries.list_months(session(), outlet_id)]
    return taken_away([[_("月份"), *_heads()], *rows], kind, f"outlet-{outlet_id}-months")


@blueprint.get(f"{HOME}/shelf.<kind>")
@allow(in_centre)
def shelf(outlet_id: int, kind: str) -> ResponseReturnValue:
    """What lies there by batch, as a table to take away."""
    get_outlet(session(), outlet_id)
    heads = [
        _("商品"),
        _("规格"),
        _("供应商"),
        _("批次"),
        _("到期"),
        _("送来"),
        _("卖出"),
        _("没有小票"),
        _("损耗"),
        _("取回"),
        _("现有"),
    ]
    rows = [
        [
            one.product_name,
            one.pack_name,
            one.producer_name,
            one.batch_code,
            one.expires_on or "",
            one.sent,
            one.sold,
            one.sold_by_hand,
            one.lost,
            one.back,
            one.there,
        ]
        for one in list_shelf(session(), outlet_id)
    ]
    return taken_away([heads, *rows], kind, f"outlet-{outlet_id}-shelf")


@blueprint.get("/desk/outlets/sums.<kind>")
@allow(in_centre)
def sums(kind: str) -> ResponseReturnValue:
    """Every outlet with its sums of the year, as a table to take away."""
    year = day_of(now()).year
    rows = [
        [one.outlet.name, one.outlet.place, one.outlet.there, *_figures(one.year)]
        for one in queries.list_with_sums(session(), year, area=current_identity().area)
    ]
    heads = [_("名称"), _("地点"), _("现有货"), _("年份"), *_heads()]
    return taken_away([heads, *rows], kind, f"outlets-{year}")


def _heads() -> list[str]:
    return [
        _("小票数"),
        _("小票合计(元)"),
        _("卖出帮扶商品(元)"),
        _("其中已认定(元)"),
        _("租金(元)"),
        _("其他费用(元)"),
        _("扣除费用后(元)"),
    ]


def _figures(row: MonthRow) -> list[Any]:
    amounts = (
        row.total_fen,
        row.goods_fen,
        row.eligible_fen,
        row.rent_fen,
        row.other_fen,
        row.left_fen,
    )
    return [row.month, row.receipts, *(plain_yuan(fen) for fen in amounts)]
