"""Orders bought under the wrong unit: asked for, agreed to, refused."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.identity import OrganisationKind, Role
from marketplace.ordering.commands import (
    approve_reattribution,
    ask_reattribution,
    refuse_reattribution,
)
from marketplace.ordering.forms import read_reason
from marketplace.ordering.forms.reattributions import read_reattribution
from marketplace.ordering.queries.reattributions import list_reattributions
from marketplace.ordering.routes.room import blueprint
from marketplace.ordering.rules.reattribution import works_for
from marketplace.units.queries import get_visible_unit
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.fields import read_page


def requests_page(unit_id: int, **_place: Any) -> str:
    """A unit's requests, from it and to it, and the form for another."""
    identity = current_identity()
    page = list_reattributions(session(), identity, unit_id, read_page(request.args))
    return render_template(
        "units/reattributions.html",
        unit=get_visible_unit(session(), identity, unit_id),
        page=page,
        may_ask=works_for(identity, unit_id),
        may_agree=identity.has_role(OrganisationKind.UNIT, unit_id, Role.APPROVER),
        number=request.args.get("number", "")[:20],
    )


def _back(unit_id: int, words: str) -> ResponseReturnValue:
    commit()
    flash(words)
    return redirect(url_for("ordering.reattributions", unit_id=unit_id))


@blueprint.get("/unit/<int:unit_id>/reattributions")
@allow()
def reattributions(unit_id: int) -> str:
    return requests_page(unit_id)


@blueprint.post("/unit/<int:unit_id>/reattributions")
@allow()
@shown_again_by(requests_page)
def ask(unit_id: int) -> ResponseReturnValue:
    get_visible_unit(session(), current_identity(), unit_id)
    wish = read_reattribution(session(), unit_id, request.form)
    ask_reattribution(session(), current_identity(), unit_id, wish, now=now())
    return _back(unit_id, _("申请已提交,双方审批人同意后自动改计。"))


@blueprint.post("/unit/<int:unit_id>/reattributions/<int:request_id>/approve")
@allow()
@shown_again_by(requests_page)
def agree_for_unit(unit_id: int, request_id: int) -> ResponseReturnValue:
    asked = approve_reattribution(session(), current_identity(), unit_id, request_id, now())
    done = asked.state == "DONE"
    return _back(unit_id, _("双方都已同意,已经改计。") if done else _("已同意,等待另一方审批人。"))


@blueprint.post("/unit/<int:unit_id>/reattributions/<int:request_id>/refuse")
@allow()
@shown_again_by(requests_page)
def refuse_for_unit(unit_id: int, request_id: int) -> ResponseReturnValue:
    reason = read_reason(request.form)
    refuse_reattribution(session(), current_identity(), (unit_id, request_id), reason, now())
    return _back(unit_id, _("申请已结束,订单仍计入原单位。"))
