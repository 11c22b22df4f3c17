"""The second step of logging in: a code of the phone or of paper, or a passkey."""

from flask import redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from marketplace.accounts.commands.second_step import CodeGiven, check_code
from marketplace.accounts.commands.sessions import finish_sign_in, note_sign_in
from marketplace.accounts.models import Person
from marketplace.accounts.queries.proofs import second_steps_of
from marketplace.accounts.routes.entrance import after_login, login_page
from marketplace.accounts.routes.halfway import get_halfway
from marketplace.accounts.routes.questions import answered, ask_known
from marketplace.accounts.routes.room import blueprint
from marketplace.accounts.routes.visitors import remember, visit
from marketplace.accounts.rules.addresses import own_path
from marketplace.accounts.rules.codes import WrongCode
from marketplace.accounts.rules.second_step import Outcome, Way
from marketplace.web import commit, find_identity, now, public, session
from marketplace.web.again import shown_again_by
from marketplace.web.sealing import sealer


def code_page() -> str:
    person, _stays = get_halfway()
    return render_template(
        "accounts/code.html",
        login=person.login,
        steps=second_steps_of(session(), person.id),
        next=own_path(request.values.get("next")),
    )


@blueprint.get("/login/code")
@public
def code() -> ResponseReturnValue:
    if find_identity() or "halfway" not in cookie:
        return redirect(url_for("accounts.login"))
    return code_page()


@blueprint.post("/login/code")
@public
@shown_again_by(code_page)
def enter_code() -> ResponseReturnValue:
    person, stays = get_halfway()
    way = prove_by_code(person, request.form.get("code", ""))
    return _through(person, way, stays=stays)


@blueprint.post("/login/code/passkey/question")
@public
def ask_second_passkey() -> ResponseReturnValue:
    person, _stays = get_halfway()
    return ask_known(person.id)


@blueprint.post("/login/code/passkey")
@public
@shown_again_by(code_page)
def enter_second_passkey() -> ResponseReturnValue:
    person, stays = get_halfway()
    return _through(answered(person.id), Way.PASSKEY, stays=stays)


@blueprint.post("/login/passkey/question")
@public
def ask_any_passkey() -> ResponseReturnValue:
    return ask_known(None)


@blueprint.post("/login/passkey")
@public
@shown_again_by(login_page)
def enter_by_passkey() -> ResponseReturnValue:
    """The whole way in, where the key verified its user: by what they have and what they know."""
    person = answered(None)
    note_sign_in(session(), person, visit(), now(), Outcome.OPENED)
    return _through(person, Way.PASSKEY, stays=bool(request.form.get("stay")))


def prove_by_code(person: Person, typed: str, field: str = "code") -> Way:
    """By which code. What was wrong is counted and noted, whatever becomes of the request."""
    given = CodeGiven(typed, request.remote_addr, field)
    try:
        return check_code(session(), person, given, now(), sealer=sealer())
    except WrongCode:
        note_sign_in(session(), person, visit(), now(), Outcome.WRONG_CODE)
        commit()
        raise


def _through(person: Person, way: Way, *, stays: bool) -> ResponseReturnValue:
    finish_sign_in(session(), person.id)
    remember(person, way, stays=stays)
    commit()
    return redirect(after_login())
