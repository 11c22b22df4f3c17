"""Where anyone who is logged in applies as a host or for an agency."""

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.areas import list_county_centres
from marketplace.hosts import commands
from marketplace.hosts.forms import read_application, read_kind
from marketplace.hosts.queries.applications import list_own
from marketplace.hosts.routes.room import blueprint
from marketplace.hosts.rules import is_a_host
from marketplace.hosts.rules.agreement import VERSION, clauses_of
from marketplace.hosts.rules.application import HOST, KINDS, State
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.areas import own_county
from marketplace.web.sealing import sealer


def apply_page(**_place: Any) -> str:
    """One's applications with what became of them; the form where none waits."""
    identity = current_identity()
    kind = read_kind(request.form or request.args)
    own = list_own(session(), identity)
    waits = any(one.state == State.WAITING for one in own)
    return render_template(
        "hosts/apply.html",
        own=own,
        kind=kind,
        kinds=KINDS,
        is_host=is_a_host(identity),
        may_apply=not waits and not (kind == HOST and is_a_host(identity)),
        waits=waits,
        version=VERSION,
        clauses=clauses_of(kind),
        counties=list_county_centres(session()),
        own_county=own_county(),
    )


@blueprint.get("/host/apply")
@allow()
def apply() -> str:
    return apply_page()


@blueprint.post("/host/apply")
@allow()
@shown_again_by(apply_page)
def submit() -> ResponseReturnValue:
    counties = [code for code, _name in list_county_centres(session())]
    given = read_application(request.form, request.files, counties)
    given = replace(given, county_code=given.county_code or own_county())
    commands.apply(session(), current_identity(), given, sealer(), now())
    return _back(_("申请已提交,运营中心审核后会通知您。"))


@blueprint.post("/host/apply/<int:application_id>/withdraw")
@allow()
@shown_again_by(apply_page)
def withdraw(application_id: int) -> ResponseReturnValue:
    commands.withdraw(session(), current_identity(), application_id, now())
    return _back(_("申请已撤回,可以修改后重新提交。"))


def _back(words: str) -> ResponseReturnValue:
    commit()
    flash(words)
    return redirect(url_for("hosts.apply"))
