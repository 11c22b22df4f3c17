"""The way into a unit, and the people who work for it."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.queries import list_members
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.core.paging import page_of
from marketplace.units.queries import get_unit
from marketplace.web import allow, current_identity, session
from marketplace.web.fields import read_page

blueprint = Blueprint("units", __name__)


def belongs_to_a_unit(identity: Identity) -> bool:
    """Anyone who belongs to some unit, or to the operations centre."""
    return identity.is_in_centre() or bool(identity.organisations(OrganisationKind.UNIT))


@blueprint.get("/unit/")
@allow(belongs_to_a_unit)
def entry() -> ResponseReturnValue:
    mine = current_identity().organisations(OrganisationKind.UNIT)
    if not mine:
        return redirect(url_for("desk.units"))
    return redirect(url_for("reports.unit_year", unit_id=mine[0]))


@blueprint.get("/unit/<int:unit_id>/members")
@allow(belongs_to_a_unit)
def members(unit_id: int) -> str:
    identity = current_identity()
    if not identity.is_in_centre() and not identity.has_role(OrganisationKind.UNIT, unit_id):
        raise NotFound
    roles: dict[int, tuple[str, list[str]]] = {}
    for member, role in list_members(session(), OrganisationKind.UNIT, unit_id):
        roles.setdefault(member.id, (member.name, []))[1].append(role)
    page = page_of(list(roles.values()), read_page(request.args))
    return render_template("units/members.html", unit=get_unit(session(), unit_id), page=page)
