"""Tokens, and who one is."""

from functools import partial

from flask import current_app, request

from marketplace.accounts.commands import Claim, IssuedToken, issue_token
from marketplace.accounts.routes.second_step import prove_by_code
from marketplace.api.door import Door
from marketplace.api.routes.names import organisation_names
from marketplace.api.schemas.accounts import Credentials, Me, Token
from marketplace.core.errors import N_
from marketplace.core.identity import Identity
from marketplace.web import allow, commit, current_identity, now, public, session

door = Door("tokens")


@door.call("POST", "/tokens", N_("用登录名和密码换取令牌"))
@public
@door.takes(Credentials)
@door.shows(Token, 201)
def issue(given: dict[str, str]) -> IssuedToken:
    claim = Claim(
        login=given["username"],
        password=given["password"],
        address=request.remote_addr,
        demonstration=not current_app.config["SETTINGS"].production,
        browser=request.headers.get("User-Agent", ""),
    )
    # A code that nobody asked for proves nothing, and is not looked at.
    code = given.get("otp")
    check = partial(prove_by_code, typed=code, field="otp") if code else None
    token = issue_token(session(), claim, now(), commit, check)
    commit()
    return token


@door.call("GET", "/me", N_("令牌的主人和所属单位"))
@allow(own=True)
@door.shows(Me)
def me() -> dict[str, object]:
    identity = current_identity()
    return {
        "id": identity.person_id,
        "login": identity.login,
        "name": identity.name,
        "memberships": _memberships(identity),
    }


def _memberships(identity: Identity) -> list[dict[str, object]]:
    roles: dict[tuple[str, int], list[str]] = {}
    for standing in identity.standings:
        roles.setdefault((standing.kind, standing.organisation_id), []).append(standing.role)
    names = organisation_names(session(), list(roles))
    return [
        {
            "organisation_kind": kind,
            "organisation_id": organisation_id,
            "name": names[kind, organisation_id],
            "roles": held,
        }
        for (kind, organisation_id), held in roles.items()
    ]
