"""Proving once more who one is, before money leaves or power is given; then going on."""

import json
from datetime import datetime, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.commands import log_in
from marketplace.accounts.commands.sessions import confirm_session
from marketplace.accounts.forms import read_proof
from marketplace.accounts.queries import get_person
from marketplace.accounts.queries.proofs import second_steps_of
from marketplace.accounts.routes.questions import answered, ask_known
from marketplace.accounts.routes.room import blueprint
from marketplace.accounts.routes.second_step import prove_by_code
from marketplace.accounts.routes.visitors import sit_anew, visit
from marketplace.accounts.rules.addresses import own_path
from marketplace.accounts.rules.passwords import WRONG
from marketplace.accounts.rules.second_step import Outcome
from marketplace.accounts.rules.throttling import WrongCredentials
from marketplace.core.errors import invalid
from marketplace.web import allow, commit, current_identity, current_seat, now, session
from marketplace.web.access import StepUpNeeded
from marketplace.web.again import shown_again_by
from marketplace.web.areas import READING
from marketplace.web.sealing import sealer

# What else is sealed with the same key is no form.
KEPT = "form: "
KEPT_FOR = timedelta(minutes=30)
# What was typed into these must not stand on a page again, sealed or not.
SECRETS = ("password", "code", "credential", "secret")
NEVER_KEPT = ("csrf_token",)


@blueprint.record_once
def install(state: BlueprintSetupState) -> None:
    state.app.extensions["ask_again"] = ask_again


def ask_again() -> ResponseReturnValue:
    """In place of what was asked for: the page that asks who sits there. A form that was sent
    is kept, sealed, in that page, and sent again afterwards."""
    if request.method in READING:
        return redirect(url_for("accounts.confirm", next=request.full_path.rstrip("?")))
    return confirm_page(_kept()), StepUpNeeded.status


def _kept() -> str:
    """The form as it was sent; only the way back, where it held files or secrets."""
    given = [(name, words) for name, words in request.form.items(multi=True)]
    is_whole = not any(request.files.values()) and not any(
        secret in name for name, _words in given for secret in SECRETS
    )
    me = current_identity().person_id
    kept = {
        "person": me,
        "session": current_seat().session_id,
        "at": now().isoformat(),
        "back": _path_of(request.referrer),
        "action": request.full_path.rstrip("?") if is_whole else "",
        "fields": [pair for pair in given if pair[0] not in NEVER_KEPT] if is_whole else [],
    }
    return sealer().seal(KEPT + json.dumps(kept))


def _path_of(address: str | None) -> str:
    """The path of a page of ours that a form stood on."""
    own = request.host_url.rstrip("/")
    return (address or "").removeprefix(own) if (address or "").startswith(own + "/") else "/"


def confirm_page(kept: str = "") -> str:
    return render_template(
        "accounts/confirm.html",
        steps=second_steps_of(session(), current_identity().person_id),
        has_second_step=current_seat().has_second_step,
        kept=kept or request.form.get("kept", ""),
        next=own_path(request.values.get("next")),
    )


@blueprint.get("/account/confirm")
@allow(own=True)
def confirm() -> str:
    return confirm_page()


@blueprint.post("/account/confirm")
@allow(own=True)
@shown_again_by(confirm_page)
def prove_again() -> ResponseReturnValue:
    """By a code where there is a second step: the password alone says less than was shown."""
    me = current_identity()
    if current_seat().has_second_step:
        prove_by_code(get_person(session(), me.person_id), request.form.get("code", ""))
    else:
        proof = read_proof(request.form, me.login, visit())
        try:
            log_in(session(), proof, now(), commit, Outcome.CONFIRMED)
        except WrongCredentials:
            raise invalid("password", WRONG) from None
    return _go_on()


@blueprint.post("/account/confirm/passkey/question")
@allow(own=True)
def ask_passkey_again() -> ResponseReturnValue:
    return ask_known(current_identity().person_id)


@blueprint.post("/account/confirm/passkey")
@allow(own=True)
@shown_again_by(confirm_page)
def prove_again_by_passkey() -> ResponseReturnValue:
    answered(current_identity().person_id)
    return _go_on()


def _go_on() -> ResponseReturnValue:
    """To the page that was asked for, or to the form that was kept, which is sent once more."""
    seat = current_seat()
    assert seat.session_id is not None, "pages know no tokens"
    sit_anew(confirm_session(session(), seat.session_id, now()))
    commit()
    kept = _open(request.form.get("kept", ""))
    if kept is None:
        return redirect(own_path(request.form.get("next")) or url_for("accounts.security"))
    if not kept["action"]:
        flash(_("已确认是您本人,10 分钟内有效。请再提交一次。"))
        return redirect(own_path(kept["back"]) or url_for("accounts.security"))
    return render_template("accounts/go_on.html", action=kept["action"], fields=kept["fields"])


def _open(sealed: str) -> dict[str, Any] | None:
    """What was kept for this very person and session; nothing of anybody else, or of yesterday."""
    opened = sealer().open(sealed) if sealed.isascii() else None
    if opened is None or not opened.startswith(KEPT):
        return None
    kept: dict[str, Any] = json.loads(opened.removeprefix(KEPT))
    mine = (current_identity().person_id, current_seat().session_id)
    if (kept.get("person"), kept.get("session")) != mine:
        return None
    return kept if now() - datetime.fromisoformat(kept["at"]) < KEPT_FOR else None
