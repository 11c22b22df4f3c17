"""Passkeys of one's own: registered with a name, and taken away."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.commands.passkeys import NewPasskey, register_passkey, remove_passkey
from marketplace.accounts.routes.authenticator import enrolled
from marketplace.accounts.routes.questions import answer_to, ask_new
from marketplace.accounts.routes.room import blueprint
from marketplace.accounts.routes.security import back, security_page
from marketplace.web import allow, confirmed_lately, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.sealing import sealer


@blueprint.post("/account/security/passkeys/question")
@allow(own=True)
@confirmed_lately
def ask_new_passkey() -> ResponseReturnValue:
    return ask_new(current_identity())


@blueprint.post("/account/security/passkeys")
@allow(own=True)
@confirmed_lately
@shown_again_by(security_page)
def add_passkey() -> ResponseReturnValue:
    me = current_identity()
    named = NewPasskey(request.form.get("name", ""), answer_to(f"new:{me.person_id}"))
    codes = register_passkey(session(), me, named, now(), sealer=sealer())
    return enrolled(codes, _("通行密钥已登记。"))


@blueprint.post("/account/security/passkeys/<int:passkey_id>/remove")
@allow(own=True)
@confirmed_lately
@shown_again_by(security_page)
def drop_passkey(passkey_id: int) -> ResponseReturnValue:
    remove_passkey(session(), current_identity().person_id, passkey_id, now())
    return back(_("通行密钥已删除。"))
