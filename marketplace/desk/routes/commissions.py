"""Settling with hosts and agencies: a month is frozen, and how far each settlement is paid."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.clock import day_of
from marketplace.desk.routes.room import blueprint
from marketplace.desk.routes.settling import months_to_settle, settle_with
from marketplace.desk.rules import confirms_payments, reads_desk
from marketplace.payments import queries
from marketplace.payments.commands import freeze_commission, pay_commission_settlement
from marketplace.payments.commands.commissions import FREEZE_COMMISSION_JOB
from marketplace.payments.routes.commissions import commission_page
from marketplace.payments.rules.settlement import require_period
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.fields import read_page


def commissions_page() -> str:
    """A month: what was settled, what is paid, and the button that settles it."""
    period, months = months_to_settle()
    identity = current_identity()
    area = identity.area
    return render_template(
        "desk/commissions.html",
        period=period,
        months=months,
        sums=queries.sum_commissions(session(), period, area=area),
        page=queries.list_commissions(session(), read_page(request.args), period=period, area=area),
        waiting=len(queries.payees_to_settle(session(), period, area=area)),
        may_write=confirms_payments(identity),
    )


@blueprint.get("/desk/commissions")
@allow(reads_desk)
def commissions() -> str:
    return commissions_page()


@blueprint.post("/desk/commissions")
@allow(confirms_payments)
@shown_again_by(commissions_page)
def settle_commissions() -> ResponseReturnValue:
    period = request.form.get("period", "")
    require_period(period, day_of(now()))
    settled = settle_with(
        queries.payees_to_settle(session(), period, area=current_identity().area),
        period,
        freeze_commission,
        job=FREEZE_COMMISSION_JOB,
        asked=lambda payee: {"payee": str(payee)},
    )
    if settled:
        flash(_("%(period)s 已结算 %(number)s 位主播和机构。", period=period, number=settled))
    else:
        flash(_("%(period)s 没有新的可以结算。", period=period))
    return redirect(url_for("desk.commissions", period=period))


@blueprint.post("/desk/commissions/<int:settlement_id>/pay")
@allow(confirms_payments)
@shown_again_by(commission_page)
def pay_commission(settlement_id: int) -> ResponseReturnValue:
    pay_commission_settlement(session(), current_identity(), settlement_id, now())
    commit()
    flash(_("已申请付款,请放入下一个付款批次。"))
    return redirect(url_for("payments.commission", settlement_id=settlement_id))
