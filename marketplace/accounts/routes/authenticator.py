"""Enrolling a phone, taking it away, and codes for paper, which are shown once."""

from typing import Any

import segno
from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.commands import log_in
from marketplace.accounts.commands.second_step import (
    enrol_authenticator,
    make_recovery_codes,
    remove_authenticator,
)
from marketplace.accounts.forms import read_proof
from marketplace.accounts.queries import get_person
from marketplace.accounts.queries.proofs import second_steps_of
from marketplace.accounts.routes.room import blueprint
from marketplace.accounts.routes.second_step import prove_by_code
from marketplace.accounts.routes.security import back, security_page
from marketplace.accounts.routes.visitors import visit
from marketplace.accounts.rules.codes import address_of, in_groups, new_secret, on_paper
from marketplace.accounts.rules.passwords import WRONG
from marketplace.accounts.rules.second_step import AlreadyOpen, Outcome, SecretLost
from marketplace.accounts.rules.throttling import WrongCredentials
from marketplace.core.errors import invalid
from marketplace.web import allow, commit, confirmed_lately, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.sealing import sealer


def enrol_page(**_place: Any) -> str:
    """A new secret, which counts for nothing until the phone showed a code of it. Until then it
    is kept by the page alone, sealed."""
    me = current_identity()
    if second_steps_of(session(), me.person_id).authenticator_since:
        raise AlreadyOpen
    sealed = request.form.get("secret", "")
    secret = _open(sealed) or new_secret()
    address = address_of(secret, me.login, _("帮扶集"))
    return render_template(
        "accounts/enrol.html",
        secret=in_groups(secret),
        sealed=sealer().seal(_sealable(secret)),
        address=address,
        picture=segno.make(address, error="m", micro=False).svg_data_uri(scale=5, border=2),
    )


def _sealable(secret: str) -> str:
    return f"authenticator of {current_identity().person_id}: {secret}"


def _open(sealed: str) -> str | None:
    """The secret of the page before; None where it was another person's, or never one."""
    opened = sealer().open(sealed) if sealed.isascii() else None
    start = _sealable("")
    return opened.removeprefix(start) if opened and opened.startswith(start) else None


@blueprint.get("/account/security/authenticator")
@allow(own=True)
@confirmed_lately
def authenticator() -> str:
    return enrol_page()


@blueprint.post("/account/security/authenticator")
@allow(own=True)
@confirmed_lately
@shown_again_by(enrol_page)
def enrol() -> ResponseReturnValue:
    secret = _open(request.form.get("secret", ""))
    if secret is None:
        raise SecretLost
    me, typed = current_identity().person_id, request.form.get("code", "")
    codes = enrol_authenticator(session(), me, secret, typed, now(), sealer=sealer())
    return enrolled(codes, _("验证器已开通,下次登录时要用。"))


@blueprint.post("/account/security/authenticator/remove")
@allow(own=True)
@shown_again_by(security_page)
def take_away() -> ResponseReturnValue:
    """Asks for both: an open browser has neither, and a thief of one not the other."""
    me = current_identity()
    proof = read_proof(request.form, me.login, visit())
    try:
        log_in(session(), proof, now(), commit, Outcome.CONFIRMED)
    except WrongCredentials:
        raise invalid("password", WRONG) from None
    prove_by_code(get_person(session(), me.person_id), request.form.get("code", ""))
    remove_authenticator(session(), me.person_id, now())
    return back(_("验证器已停用。"))


@blueprint.post("/account/security/recovery-codes")
@allow(own=True)
@confirmed_lately
@shown_again_by(security_page)
def new_codes() -> ResponseReturnValue:
    codes = make_recovery_codes(session(), current_identity().person_id, now(), sealer=sealer())
    commit()
    return codes_page(codes)


def enrolled(codes: list[str], words: str) -> ResponseReturnValue:
    """Where this was the first second step, its recovery codes, on the one page that shows them."""
    if not codes:
        return back(words)
    commit()
    return codes_page(codes, words)


def codes_page(codes: list[str], words: str = "") -> str:
    shown = [on_paper(code) for code in codes]
    return render_template("accounts/recovery_codes.html", codes=shown, words=words)
