"""The page that proposes what to buy, and takes it into the basket as it was edited."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.clock import day_of
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.ordering.commands import put_many
from marketplace.planner.forms import read_quantities, read_strategy
from marketplace.planner.queries import plan
from marketplace.planner.rules.shapes import Strategy
from marketplace.units.queries import get_visible_unit
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by

blueprint = Blueprint("planner", __name__)


def sees_plans(identity: Identity) -> bool:
    """Members of units and the operations centre; which unit is asked of each page."""
    return identity.is_in_centre() or bool(identity.organisations(OrganisationKind.UNIT))


def plan_page(unit_id: int, **_place: Any) -> str:
    """A basket that closes the year's gap, by one of the strategies."""
    unit = get_visible_unit(session(), current_identity(), unit_id)
    today, strategy = day_of(now()), read_strategy(request.args)
    return render_template(
        "planner/plan.html",
        unit=unit,
        plan=plan(session(), unit_id, today.year, strategy, today),
        strategies=list(Strategy),
    )


@blueprint.get("/unit/<int:unit_id>/plan")
@allow(sees_plans)
def show_plan(unit_id: int) -> str:
    return plan_page(unit_id)


@blueprint.post("/unit/<int:unit_id>/plan")
@allow(sees_plans)
@shown_again_by(plan_page)
def take_plan(unit_id: int) -> ResponseReturnValue:
    """What was left in the plan goes into the person's own basket."""
    identity = current_identity()
    get_visible_unit(session(), identity, unit_id)
    wanted = read_quantities(request.form)
    put_many(session(), identity, wanted, now())
    commit()
    flash(_("方案已放入购物车,共 %(lines)s 种。", lines=len(wanted)))
    return redirect(url_for("ordering.basket"))
