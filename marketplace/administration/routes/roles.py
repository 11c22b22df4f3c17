"""Roles that were asked for, and the decision."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.queries import names_of
from marketplace.accounts.rules.logins import ROLE_WORDS
from marketplace.administration import commands
from marketplace.administration.forms import read_decision
from marketplace.administration.queries import list_role_requests
from marketplace.administration.routes.room import blueprint, my_county, names_of_organisations
from marketplace.administration.rules import STATE_WORDS, State, asks, decides, reads
from marketplace.web import allow, commit, confirmed_lately, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.fields import read_page


def roles_page(**_place: Any) -> str:
    tab = request.args.get("tab", "").upper()
    state = tab if tab in list(State) else State.ASKED
    page = list_role_requests(session(), my_county(), state, read_page(request.args))
    people = {
        who for one in page.items for who in (one.person_id, one.asked_by, one.decided_by) if who
    }
    places = [(one.organisation_kind, one.organisation_id) for one in page.items]
    me = current_identity()
    return render_template(
        "administration/roles.html",
        page=page,
        state=state,
        names=names_of(session(), people),
        organisations=names_of_organisations(places),
        role_words=ROLE_WORDS,
        state_words=STATE_WORDS,
        me=me.person_id,
        may_ask=asks(me),
        may_decide=decides(me),
    )


@blueprint.get("/desk/roles")
@allow(reads)
def roles() -> str:
    return roles_page()


@blueprint.post("/desk/roles/<int:request_id>/decide")
@allow(decides)
@confirmed_lately
@shown_again_by(roles_page)
def decide_role(request_id: int) -> ResponseReturnValue:
    decision = read_decision(request.form)
    place = (current_identity(), my_county())
    commands.decide_role(session(), place, request_id, decision, now())
    return _back(_("已同意,现在生效。") if decision.is_granted else _("未同意,理由已记下。"))


@blueprint.post("/desk/roles/<int:request_id>/withdraw")
@allow(asks)
@shown_again_by(roles_page)
def withdraw_role(request_id: int) -> ResponseReturnValue:
    commands.withdraw_role(session(), current_identity(), (my_county(), request_id), now())
    return _back(_("申请已撤回。"))


def _back(words: str) -> ResponseReturnValue:
    commit()
    flash(words)
    return redirect(url_for("administration.roles"))
