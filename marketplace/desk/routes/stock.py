"""Goods that may be sold for a short time only, and the outlets of the county."""

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.administration.queries import setting
from marketplace.administration.rules.settings import Name
from marketplace.catalogue.commands import close_outlet, open_outlet
from marketplace.catalogue.queries.batches import (
    find_batch_id,
    list_near_expiry,
    list_recalled,
)
from marketplace.catalogue.rules import is_batch_code
from marketplace.catalogue.rules.keeping import OutletKind
from marketplace.core.clock import day_of
from marketplace.desk.routes.room import blueprint
from marketplace.desk.rules import operates, reads_desk
from marketplace.ordering.forms.keeping import read_outlet
from marketplace.outlets.queries import turn_with_sums
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.areas import county_here
from marketplace.web.fields import read_page


@blueprint.get("/desk/expiring")
@allow(reads_desk)
def expiring() -> str:
    """What of all producers expires soon, with how much of it is still free."""
    today = day_of(now())
    identity = current_identity()
    county = county_here(identity)
    days = setting(session(), county, Name.NEAR_EXPIRY_DAYS, now())
    page = list_near_expiry(
        session(), today, read_page(request.args), days=days, area=identity.area
    )
    return render_template("desk/expiring.html", page=page, days=days, today=today)


@blueprint.get("/desk/recalls")
@allow(reads_desk)
def recalls() -> ResponseReturnValue:
    """Batches by the code on a parcel, and those that were recalled."""
    typed = request.args.get("code", "").strip()[:40]
    batch_id = find_batch_id(session(), typed) if is_batch_code(typed) else None
    if batch_id is not None:
        return redirect(url_for("ordering.recall", batch_id=batch_id))
    page = list_recalled(session(), read_page(request.args), area=current_identity().area)
    return render_template("desk/recalls.html", page=page, typed_code=typed)


def outlets_page(**_place: Any) -> str:
    year, area = day_of(now()).year, current_identity().area
    return render_template(
        "desk/outlets.html",
        page=turn_with_sums(session(), year, read_page(request.args), area=area),
        year=year,
        kinds=tuple(OutletKind),
        may_write=operates(current_identity()),
    )


@blueprint.get("/desk/outlets")
@allow(reads_desk)
def outlets() -> str:
    return outlets_page()


@blueprint.post("/desk/outlets")
@allow(operates)
@shown_again_by(outlets_page)
def add_outlet() -> ResponseReturnValue:
    identity = current_identity()
    new = replace(read_outlet(request.form), county_code=county_here(identity))
    outlet = open_outlet(session(), identity, new, now())
    commit()
    flash(_("「%(name)s」已登记,供应商可以向它调拨。", name=outlet.name))
    return redirect(url_for("desk.outlets"))


@blueprint.post("/desk/outlets/<int:outlet_id>/close")
@allow(operates)
@shown_again_by(outlets_page)
def end_outlet(outlet_id: int) -> ResponseReturnValue:
    outlet = close_outlet(session(), current_identity(), outlet_id, now())
    commit()
    flash(_("「%(name)s」已停用。", name=outlet.name))
    return redirect(url_for("desk.outlets"))
