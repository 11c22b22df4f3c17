"""Coming in by another house, and linking one's account there once."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from flask import current_app, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from config import Provider
from marketplace.accounts.commands.outside import (
    There,
    enter_by_outside,
    link_outside,
    unlink_outside,
)
from marketplace.accounts.commands.sessions import note_sign_in
from marketplace.accounts.gateways import OutsideRefused, SignInHouse
from marketplace.accounts.models import Person
from marketplace.accounts.queries import load_identity
from marketplace.accounts.routes.entrance import let_in
from marketplace.accounts.routes.room import blueprint
from marketplace.accounts.routes.security import back, security_page
from marketplace.accounts.routes.visitors import visit
from marketplace.accounts.rules.addresses import own_path
from marketplace.accounts.rules.outside import NotLinked, NotTheirs, speaks_for
from marketplace.accounts.rules.second_step import Outcome, Way
from marketplace.core.errors import NotFound
from marketplace.web import (
    allow,
    begin_again,
    confirmed_lately,
    current_identity,
    find_identity,
    now,
    public,
    session,
)
from marketplace.web.again import shown_again_by

BACK_WITHIN = timedelta(minutes=10)


def _house(name: str) -> SignInHouse:
    houses = cast(Mapping[str, SignInHouse], current_app.extensions["houses"])
    if name not in houses:
        raise NotFound
    return houses[name]


def _provider(name: str) -> Provider:
    providers: tuple[Provider, ...] = current_app.config["SETTINGS"].providers
    return next(one for one in providers if one.name == name)


def _address_back(name: str) -> str:
    # Never the host of the request: the other house knows us by one address.
    public_url = current_app.config["SETTINGS"].public_url.rstrip("/")
    return str(public_url + url_for("accounts.come_back", name=name))


def _send_there(name: str, person_id: int | None) -> ResponseReturnValue:
    house = _house(name)
    # The other house may be slow to say where its door is.
    begin_again(writing=False)
    begun = house.begin(_address_back(name))
    cookie["outside"] = {
        "name": name,
        "kept": begun.kept,
        "at": now().isoformat(),
        "person": person_id,
        "next": own_path(request.args.get("next")),
    }
    return redirect(begun.address)


@blueprint.get("/login/with/<name>")
@public
def go_there(name: str) -> ResponseReturnValue:
    return _send_there(name, None)


@blueprint.get("/account/security/outside/<name>")
@allow(own=True)
@confirmed_lately
def link_there(name: str) -> ResponseReturnValue:
    return _send_there(name, current_identity().person_id)


@blueprint.get("/login/with/<name>/back")
@public
def come_back(name: str) -> ResponseReturnValue:
    house, begun = _house(name), cookie.pop("outside", None)
    if not begun or begun["name"] != name:
        raise OutsideRefused
    if now() - datetime.fromisoformat(begun["at"]) >= BACK_WITHIN:
        raise OutsideRefused
    begin_again(writing=False)
    outsider = house.finish(begun["kept"], request.args, _address_back(name), now())
    begin_again(writing=True)
    there = There(name, outsider.subject, outsider.mail)
    return _link(begun, there) if begun["person"] else _enter(begun, there)


def _link(begun: dict[str, Any], there: There) -> ResponseReturnValue:
    identity = find_identity()
    if identity is None or identity.person_id != begun["person"]:
        raise OutsideRefused
    link_outside(session(), identity.person_id, there, now())
    return back(_("已关联,下次可以从单位的统一登录进来。"))


def _enter(begun: dict[str, Any], there: There) -> ResponseReturnValue:
    person = enter_by_outside(session(), there, now())
    _require_theirs(person, there.provider)
    outcome = Outcome.WAITS if person.second_step_since else Outcome.OPENED
    note_sign_in(session(), person, visit(), now(), outcome)
    return let_in(person, Way.OUTSIDE, stays=False, then=begun["next"])


def _require_theirs(person: Person, name: str) -> None:
    """Raises NotTheirs where the house does not speak for this person."""
    identity, provider = load_identity(session(), person.id), _provider(name)
    if identity is None:
        raise NotLinked
    county = current_app.extensions["county_of"](session(), identity)
    if not speaks_for(provider.organisations, provider.county_code, identity, county):
        raise NotTheirs


@blueprint.post("/account/security/outside/<int:link_id>/remove")
@allow(own=True)
@shown_again_by(security_page)
def unlink(link_id: int) -> ResponseReturnValue:
    unlink_outside(session(), current_identity().person_id, link_id, now())
    return back(_("已解除关联。"))
