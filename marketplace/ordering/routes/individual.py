"""An individual's purchase no longer counts for their unit."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.ordering.commands.individual import withdraw_counting
from marketplace.ordering.routes.room import blueprint
from marketplace.web import allow, commit, current_identity, now, session


@blueprint.post("/purchases/<int:purchase_id>/withdraw-counting")
@allow()
def stop_counting(purchase_id: int) -> ResponseReturnValue:
    withdraw_counting(session(), current_identity(), purchase_id, now())
    commit()
    flash(_("这笔个人采购不再计入您单位的采购任务。"))
    return redirect(url_for("payments.purchase", purchase_id=purchase_id))
