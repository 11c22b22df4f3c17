"""One's own page: who I am here, my password, my devices."""

from collections.abc import Sequence
from typing import Any, cast

from flask import current_app, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.commands import change_password
from marketplace.accounts.forms import read_change
from marketplace.accounts.routes.room import blueprint
from marketplace.accounts.routes.visitors import remember, visit
from marketplace.accounts.rules.logins import ROLE_WORDS
from marketplace.accounts.rules.second_step import Way
from marketplace.core.identity import Identity, Standing
from marketplace.web import allow, commit, confirmed_where_enrolled, current_identity, now, session
from marketplace.web.again import shown_again_by

Words = tuple[str, str]


def standings_in_words(*people: Identity) -> dict[int, list[Words]]:
    """For each person, where they stand: (organisation, its roles in words)."""
    standings = {standing for person in people for standing in person.standings}
    asked = sorted({(standing.kind, standing.organisation_id) for standing in standings})
    # Organisations live in rooms above this one; the application knows how to name them.
    name = current_app.extensions.get("organisation_names")
    names = cast(dict[tuple[str, int], str], name(session(), asked) if name else {})
    return {person.person_id: _in_words(person.standings, names) for person in people}


def _in_words(standings: Sequence[Standing], names: dict[tuple[str, int], str]) -> list[Words]:
    roles: dict[str, list[str]] = {}
    for standing in standings:
        organisation = names.get((standing.kind, standing.organisation_id), "")
        roles.setdefault(organisation, []).append(_(ROLE_WORDS[standing.role]))
    return [(organisation, _("、").join(held)) for organisation, held in roles.items()]


def my_page(**_place: Any) -> str:
    """Who I am here."""
    identity = current_identity()
    standings = standings_in_words(identity)[identity.person_id]
    return render_template("accounts/me.html", me=identity, standings=standings)


@blueprint.get("/me")
@allow(own=True)
def me() -> str:
    return my_page()


@blueprint.post("/me/password")
@allow(own=True)
@confirmed_where_enrolled
@shown_again_by(my_page)
def set_password() -> ResponseReturnValue:
    change = read_change(request.form, current_identity().login, visit())
    person = change_password(session(), change, now(), commit)
    commit()
    # The password alone was asked for, which is less than some have to show.
    confirmed = person.second_step_since is None
    remember(person, Way.PASSWORD, stays=cookie.permanent, confirmed=confirmed)
    commit()
    flash(_("密码已修改,其他设备上的登录都已退出。"))
    return redirect(url_for("accounts.me"))
