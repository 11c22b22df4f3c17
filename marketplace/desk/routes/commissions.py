"""Settling with hosts and agencies: a month is frozen, and how far each settlement is paid."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.clock import day_of, latest_months
from marketplace.desk.routes.room import blueprint
from marketplace.desk.routes.settlements import WHILE_WAITING
from marketplace.desk.rules import confirms_payments, reads_desk
from marketplace.outbox.commands import put
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
    months = latest_months(day_of(now()))[1:]
    typed = request.values.get("period", "")
    period = typed if typed in months else months[0]
    identity = current_identity()
    area = identity.area
    return render_template(
        "desk/commissions.html",
        period=period,
        months=months,
        sums=queries.sum_commissions(session(), period, area=area),
        page=queries.list_commissions(session(), read_page(request.args), period=period, area=area),
        open_payees=len(queries.payees_to_settle(session(), area=area)),
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
    """Settles everybody with whom we are not even, each in a transaction of their own."""
    period = request.form.get("period", "")
    identity = current_identity()
    require_period(period, day_of(now()))
    waiting = queries.payees_to_settle(session(), area=identity.area)
    for payee in waiting[WHILE_WAITING:]:
        asked = {"payee": str(payee), "period": period, "person_id": identity.person_id}
        key = f"{FREEZE_COMMISSION_JOB}:{period}:{payee}:{now():%Y%m%d%H%M}"
        put(session(), FREEZE_COMMISSION_JOB, asked, effect_key=key, now=now())
    commit()
    settled, moment = 0, now()
    for payee in waiting[:WHILE_WAITING]:
        found = freeze_commission(session(), identity, payee, period, moment)
        settled += found is not None and found.frozen_at == moment
        commit()
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
