"""A unit's mandates to canteen contractors; the centre's register of contractors."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.contractors import queries
from marketplace.contractors.commands import end_mandate, give_mandate, register_contractor
from marketplace.contractors.forms import read_contractor, read_mandate, read_reason
from marketplace.contractors.rules import gives_mandates
from marketplace.core.clock import day_of
from marketplace.core.identity import Identity, Role
from marketplace.units.queries import get_visible_unit
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.fields import read_page, read_search

blueprint = Blueprint("contractors", __name__)


def mandates_page(unit_id: int, **_place: Any) -> str:
    """Who buys for a unit's canteen, from when to when."""
    identity = current_identity()
    return render_template(
        "contractors/mandates.html",
        unit=get_visible_unit(session(), identity, unit_id),
        mandates=queries.list_mandates(session(), identity, unit_id),
        may_write=gives_mandates(identity, unit_id),
        today=day_of(now()),
    )


@blueprint.get("/unit/<int:unit_id>/contractors")
@allow()
def mandates(unit_id: int) -> str:
    return mandates_page(unit_id)


@blueprint.post("/unit/<int:unit_id>/contractors")
@allow()
@shown_again_by(mandates_page)
def give(unit_id: int) -> ResponseReturnValue:
    get_visible_unit(session(), current_identity(), unit_id)
    given = read_mandate(request.form)
    give_mandate(session(), current_identity(), unit_id, given, now=now())
    commit()
    flash(_("委托已确认。每张订单仍由本单位审批。"))
    return redirect(url_for("contractors.mandates", unit_id=unit_id))


@blueprint.post("/unit/<int:unit_id>/contractors/<int:mandate_id>/end")
@allow()
@shown_again_by(mandates_page)
def end(unit_id: int, mandate_id: int) -> ResponseReturnValue:
    get_visible_unit(session(), current_identity(), unit_id)
    reason = read_reason(request.form)
    end_mandate(session(), current_identity(), (unit_id, mandate_id), reason, now=now())
    commit()
    flash(_("委托已终止,这家企业不能再为本单位下单。"))
    return redirect(url_for("contractors.mandates", unit_id=unit_id))


@blueprint.get("/mandates")
@allow()
def held() -> str:
    """For which units somebody's company buys, and until when."""
    return render_template(
        "contractors/held.html",
        page=queries.list_held(session(), current_identity(), read_page(request.args)),
        today=day_of(now()),
    )


def in_centre(identity: Identity) -> bool:
    return identity.is_in_centre()


def register_page() -> str:
    """The contractors, and the form for another."""
    words = read_search(request.args)
    return render_template(
        "contractors/register.html",
        page=queries.list_contractors(session(), words, read_page(request.args)),
        may_write=current_identity().is_in_centre(Role.OPERATOR),
    )


@blueprint.get("/desk/contractors")
@allow(in_centre)
def register() -> str:
    return register_page()


@blueprint.post("/desk/contractors")
@allow(in_centre)
@shown_again_by(register_page)
def add() -> ResponseReturnValue:
    register_contractor(session(), current_identity(), read_contractor(request.form), now())
    commit()
    flash(_("承包企业已登记。它的人员由运营中心授予经办角色。"))
    return redirect(url_for("contractors.register"))
