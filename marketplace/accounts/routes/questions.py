"""Questions to passkeys: each is kept in the signed cookie for five minutes and answered once."""

import secrets
from datetime import datetime, timedelta

from flask import Response, current_app, request
from flask import session as cookie
from flask_babel import gettext as _
from webauthn import base64url_to_bytes
from webauthn.helpers import bytes_to_base64url

from marketplace.accounts.commands.passkeys import (
    Answer,
    Visitor,
    ask_for_known,
    ask_for_new,
    believe,
)
from marketplace.accounts.models import Person
from marketplace.accounts.routes.visitors import visit
from marketplace.accounts.rules.passkeys import (
    CHALLENGE_BYTES,
    House,
    PasskeyDoubted,
    PasskeyRefused,
    house_of,
)
from marketplace.core.identity import Identity
from marketplace.web import commit, now, session

GOOD_FOR = timedelta(minutes=5)
JSON = "application/json"


def _house() -> House:
    return house_of(current_app.config["SETTINGS"].public_url, _("帮扶集"))


def ask_known(person_id: int | None) -> Response:
    """What a passkey of this person is asked; of anybody, where nobody is named."""
    challenge = _ask(f"known:{person_id or ''}")
    return Response(ask_for_known(session(), person_id, challenge, _house()), mimetype=JSON)


def ask_new(identity: Identity) -> Response:
    """What a new passkey is asked."""
    challenge = _ask(f"new:{identity.person_id}")
    return Response(ask_for_new(session(), identity, challenge, _house()), mimetype=JSON)


def _ask(purpose: str) -> bytes:
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    kept = {"for": purpose, "challenge": bytes_to_base64url(challenge), "at": now().isoformat()}
    cookie["passkey"] = kept
    return challenge


def answer_to(purpose: str) -> Answer:
    """The answer of this form to the question that was asked. Raises PasskeyRefused."""
    kept = cookie.pop("passkey", None)
    if not kept or kept["for"] != purpose:
        raise PasskeyRefused
    if now() - datetime.fromisoformat(kept["at"]) >= GOOD_FOR:
        raise PasskeyRefused
    challenge = base64url_to_bytes(kept["challenge"])
    return Answer(request.form.get("credential", ""), challenge, _house())


def answered(person_id: int | None) -> Person:
    """Whose passkey answered. A doubt is noted, whatever becomes of the request."""
    here = visit()
    who = Visitor(person_id, here, here.demonstration)
    try:
        return believe(session(), answer_to(f"known:{person_id or ''}"), who, now())
    except PasskeyDoubted:
        commit()
        raise
