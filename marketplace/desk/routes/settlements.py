"""Settling with producers: a month is frozen, and how far each settlement is paid."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.clock import day_of
from marketplace.desk.routes.room import blueprint
from marketplace.desk.routes.settling import months_to_settle, settle_with
from marketplace.desk.rules import confirms_payments, reads_desk
from marketplace.payments import queries
from marketplace.payments.commands import freeze, pay_settlement
from marketplace.payments.commands.settle import FREEZE_JOB
from marketplace.payments.routes.settlements import settlement_page
from marketplace.payments.rules.settlement import require_period
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.fields import read_page


def settlements_page() -> str:
    """A month: what was settled, what is paid, and the button that settles it."""
    period, months = months_to_settle()
    identity = current_identity()
    area = identity.area
    return render_template(
        "desk/settlements.html",
        period=period,
        months=months,
        sums=queries.sum_period(session(), period, area=area),
        page=queries.list_settlements(session(), read_page(request.args), period=period, area=area),
        waiting=len(queries.producers_to_settle(session(), period, area=area)),
        may_write=confirms_payments(identity),
    )


@blueprint.get("/desk/settlements")
@allow(reads_desk)
def settlements() -> str:
    return settlements_page()


@blueprint.post("/desk/settlements")
@allow(confirms_payments)
@shown_again_by(settlements_page)
def settle() -> ResponseReturnValue:
    period = request.form.get("period", "")
    require_period(period, day_of(now()))
    settled = settle_with(
        queries.producers_to_settle(session(), period, area=current_identity().area),
        period,
        freeze,
        job=FREEZE_JOB,
        asked=lambda producer_id: {"producer_id": producer_id},
    )
    if settled:
        flash(_("%(period)s 已结算 %(number)s 家供应商。", period=period, number=settled))
    else:
        flash(_("%(period)s 没有新的可以结算。", period=period))
    return redirect(url_for("desk.settlements", period=period))


@blueprint.post("/desk/settlements/<int:settlement_id>/pay")
@allow(confirms_payments)
@shown_again_by(settlement_page)
def pay(settlement_id: int) -> ResponseReturnValue:
    pay_settlement(session(), current_identity(), settlement_id, now())
    commit()
    flash(_("已申请付款,请放入下一个付款批次。"))
    return redirect(url_for("payments.settlement", settlement_id=settlement_id))
