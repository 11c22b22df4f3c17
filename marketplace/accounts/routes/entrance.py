"""The way in and out, and the language at the door."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.commands import choose_locale, log_in, log_out_everywhere
from marketplace.accounts.forms import read_claim, read_language
from marketplace.accounts.models import Person
from marketplace.accounts.queries import list_demonstration_people
from marketplace.accounts.routes.halfway import keep_halfway
from marketplace.accounts.routes.landing import begins_at
from marketplace.accounts.routes.profile import standings_in_words
from marketplace.accounts.routes.room import blueprint
from marketplace.accounts.routes.visitors import forget, remember, visit
from marketplace.accounts.rules.addresses import own_path
from marketplace.accounts.rules.passwords import DEMONSTRATION_PASSWORD
from marketplace.accounts.rules.second_step import Way
from marketplace.web import allow, commit, current_identity, find_identity, now, public, session
from marketplace.web.again import shown_again_by
from marketplace.web.pages import LANGUAGES
from marketplace.web.security import for_everyone

# Pages that were seen, drafts of forms and searches go from this browser with whoever leaves.
CLEARED = {"Clear-Site-Data": '"cache", "storage"'}


def login_page() -> str:
    """The door. In the demonstration, everybody's key hangs beside it."""
    return render_template(
        "accounts/login.html",
        next=own_path(request.values.get("next")),
        demonstration_people=_demonstration_people(),
        demonstration_password=DEMONSTRATION_PASSWORD,
        providers=current_app.config["SETTINGS"].providers,
    )


def _demonstration_people() -> list[dict[str, Any]]:
    if current_app.config["SETTINGS"].production:
        return []
    people = list_demonstration_people(session())
    words = standings_in_words(*people)
    return [{"person": person, "standings": words[person.person_id]} for person in people]


def after_login() -> str:
    return own_path(request.values.get("next")) or begins_at(find_identity())


def let_in(
    person: Person, way: Way, *, stays: bool, then: str | None = None
) -> ResponseReturnValue:
    """In, or to the second step where the person has one; then where they wanted to go."""
    wanted = then or own_path(request.values.get("next"))
    if person.second_step_since is not None:
        keep_halfway(person, stays=stays)
        answer = redirect(url_for("accounts.code", next=wanted))
    else:
        remember(person, way, stays=stays)
        answer = redirect(wanted or begins_at(find_identity()))
    commit()
    return answer


@blueprint.get("/login")
@public
def login() -> ResponseReturnValue:
    return redirect(after_login()) if find_identity() else login_page()


@blueprint.post("/login")
@public
@shown_again_by(login_page)
def enter() -> ResponseReturnValue:
    person = log_in(session(), read_claim(request.form, visit()), now(), commit)
    return let_in(person, Way.PASSWORD, stays=bool(request.form.get("stay")))


@blueprint.post("/logout")
@public
def logout() -> ResponseReturnValue:
    forget()
    commit()
    flash(_("您已退出登录。"))
    return redirect(url_for("storefront.home")), CLEARED


@blueprint.post("/me/logout-everywhere")
@allow(own=True)
def leave_everywhere() -> ResponseReturnValue:
    log_out_everywhere(session(), current_identity().person_id)
    forget()
    commit()
    flash(_("所有设备都已退出。需要时请重新登录。"))
    return redirect(url_for("accounts.login")), CLEARED


@blueprint.post("/language")
@public
@for_everyone
def language() -> ResponseReturnValue:
    choice = read_language(request.form, LANGUAGES)
    cookie["locale"] = choice.locale
    identity = find_identity()
    if identity is not None:
        choose_locale(session(), identity.person_id, choice.locale)
        commit()
    return redirect(choice.back or url_for("storefront.home"))
