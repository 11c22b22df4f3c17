"""How a unit approves: its steps, the second pair of eyes, and who stands in for whom."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.clock import day_of
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.ordering.commands import end_substitute, set_steps, set_substitute
from marketplace.ordering.forms.approval import read_steps, read_substitute, read_switch
from marketplace.ordering.queries.approval import list_approvers, list_steps, list_substitutes
from marketplace.ordering.routes.room import blueprint
from marketplace.ordering.rules.approval import MOST_STEPS
from marketplace.units.commands import FourEyes, set_four_eyes
from marketplace.units.queries import get_visible_unit
from marketplace.units.rules import can_set_four_eyes
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by

PLACE = "ordering.approval_steps"


def has_to_do_with_approvals(identity: Identity) -> bool:
    """Office people of units, and the operations centre; which unit is asked of each page."""
    office = (Role.BUYER, Role.APPROVER, Role.FINANCE, Role.ADMIN)
    return identity.is_in_centre() or bool(identity.organisations(OrganisationKind.UNIT, *office))


def steps_page(unit_id: int, **_place: Any) -> str:
    """The steps with their amounts and people, and the substitutes of these days."""
    identity = current_identity()
    unit = get_visible_unit(session(), identity, unit_id)
    return render_template(
        "units/steps.html",
        unit=unit,
        steps={step.position: step for step in list_steps(session(), unit_id)},
        most=MOST_STEPS,
        others=[
            (str(key), name)
            for key, name in list_approvers(session(), unit_id)
            if key != identity.person_id
        ],
        people=[(str(key), name) for key, name in list_approvers(session(), unit_id)],
        substitutes=list_substitutes(session(), unit_id, day_of(now())),
        may_set=can_set_four_eyes(identity, unit_id),
        approves=identity.has_role(OrganisationKind.UNIT, unit_id, Role.APPROVER),
        today=day_of(now()),
    )


@blueprint.get("/unit/<int:unit_id>/approval-steps")
@allow(has_to_do_with_approvals)
def approval_steps(unit_id: int) -> str:
    return steps_page(unit_id)


def _approver_ids(unit_id: int) -> list[int]:
    return [person_id for person_id, _name in list_approvers(session(), unit_id)]


@blueprint.post("/unit/<int:unit_id>/approval-steps")
@allow(has_to_do_with_approvals)
@shown_again_by(steps_page)
def write_steps(unit_id: int) -> ResponseReturnValue:
    get_visible_unit(session(), current_identity(), unit_id)
    steps = read_steps(request.form, _approver_ids(unit_id))
    set_steps(session(), current_identity(), unit_id, steps, now())
    commit()
    flash(_("审批步骤已保存,从下一张提交的采购单起生效。"))
    return redirect(url_for(PLACE, unit_id=unit_id))


@blueprint.post("/unit/<int:unit_id>/four-eyes")
@allow(has_to_do_with_approvals)
@shown_again_by(steps_page)
def switch_four_eyes(unit_id: int) -> ResponseReturnValue:
    on, reason = read_switch(request.form)
    set_four_eyes(session(), current_identity(), unit_id, FourEyes(on, reason), now=now())
    commit()
    flash(_("已保存,原因记入审计记录。"))
    return redirect(url_for(PLACE, unit_id=unit_id))


@blueprint.post("/unit/<int:unit_id>/substitutes")
@allow(has_to_do_with_approvals)
@shown_again_by(steps_page)
def name_substitute(unit_id: int) -> ResponseReturnValue:
    if not current_identity().has_role(OrganisationKind.UNIT, unit_id, Role.APPROVER):
        raise NotFound
    wish = read_substitute(request.form, _approver_ids(unit_id))
    set_substitute(session(), current_identity(), unit_id, wish, now())
    commit()
    flash(_("已指定代办人。"))
    return redirect(url_for(PLACE, unit_id=unit_id))


@blueprint.post("/unit/<int:unit_id>/substitutes/<int:substitute_id>/end")
@allow(has_to_do_with_approvals)
def end_standing_in(unit_id: int, substitute_id: int) -> ResponseReturnValue:
    end_substitute(session(), current_identity(), unit_id, substitute_id, now())
    commit()
    flash(_("代办已结束。"))
    return redirect(url_for(PLACE, unit_id=unit_id))
