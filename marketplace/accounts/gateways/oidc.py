"""OpenID Connect: authorization code with PKCE; the ID token is believed only when it verifies.

The only module that knows authlib, which carries no types.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, cast
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from config import Provider
from marketplace.accounts.gateways.calls import TIMEOUTS_S, read_json, require_host
from marketplace.accounts.gateways.shapes import (
    Begun,
    Outsider,
    OutsideRefused,
    believable,
    code_of,
)

# None of them lets a client's secret, or nothing at all, sign for the issuer.
ALGORITHMS = ("RS256", "PS256", "ES256", "ES384", "EdDSA")
LEEWAY_S = 60
KEEP = timedelta(hours=1)
# A key that nobody knows makes us look again, but not each time somebody invents one.
LOOK_AGAIN_AFTER = timedelta(seconds=30)
MOST_SUBJECT = 255


class OidcHouse:
    """One issuer. What it publishes about itself is kept for an hour."""

    def __init__(self, provider: Provider) -> None:
        self.name = provider.name
        self._provider = provider
        self._hosts = {urlsplit(provider.issuer).netloc, *provider.hosts}
        self._lock = Lock()
        self._about: dict[str, Any] = {}
        self._about_at: datetime | None = None
        self._keys: KeySet | None = None
        self._keys_at: datetime | None = None

    def begin(self, back: str) -> Begun:
        """Sends the browser there with a state, a nonce and the hash of a verifier."""
        kept = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
        endpoint = require_host(str(self._read_about()["authorization_endpoint"]), self._hosts)
        address, _state = self._client(back).create_authorization_url(
            endpoint, state=kept["state"], nonce=kept["nonce"], code_verifier=kept["verifier"]
        )
        return Begun(cast(str, address), kept)

    def finish(
        self, kept: Mapping[str, str], said: Mapping[str, str], back: str, now: datetime
    ) -> Outsider:
        """Changes the code for an ID token and reads who it is about."""
        code = code_of(kept, said)
        # RFC 9207: an answer of another issuer must not be taken for this one's.
        if said.get("iss", self._provider.issuer) != self._provider.issuer:
            raise OutsideRefused
        claims = self._verify(self._fetch_id_token(code, kept["verifier"], back), kept, now)
        subject = believable(claims.get(self._provider.claim), MOST_SUBJECT)
        mail = claims.get("email") if claims.get("email_verified") is True else None
        return Outsider(subject, believable(mail, MOST_SUBJECT) if mail else None)

    def _client(self, back: str) -> Any:
        return OAuth2Session(
            self._provider.client_id,
            self._provider.client_secret,
            scope="openid email",
            redirect_uri=back,
            code_challenge_method="S256",
        )

    def _fetch_id_token(self, code: str, verifier: str, back: str) -> str:
        endpoint = require_host(str(self._read_about()["token_endpoint"]), self._hosts)
        try:
            answer = self._client(back).fetch_token(
                endpoint,
                code=code,
                code_verifier=verifier,
                timeout=TIMEOUTS_S,
                allow_redirects=False,
            )
        except (AuthlibBaseError, requests.RequestException, ValueError):
            raise OutsideRefused from None
        token = answer.get("id_token") if isinstance(answer, dict) else None
        if not isinstance(token, str):
            raise OutsideRefused
        return token

    def _verify(self, token: str, kept: Mapping[str, str], now: datetime) -> dict[str, Any]:
        """The claims of a token that is signed, for us, in time and about this very attempt."""
        decoded = self._decode(token, now)
        client_id = self._provider.client_id
        wanted = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=LEEWAY_S,
            iss={"essential": True, "value": self._provider.issuer},
            aud={"essential": True, "value": client_id},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": kept["nonce"]},
        )
        claims = decoded.claims
        try:
            wanted.validate(claims)
        except (JoseError, ValueError, TypeError):
            raise OutsideRefused from None
        is_for_several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if is_for_several and claims.get("azp") != client_id:
            raise OutsideRefused
        return claims

    def _decode(self, token: str, now: datetime) -> jwt.Token:
        for again in (False, True):
            keys = self._read_keys(now, again=again)
            try:
                return jwt.decode(token, keys, algorithms=list(ALGORITHMS))
            except (JoseError, ValueError, TypeError):
                # Signed with a key that is newer than what we know, perhaps.
                continue
        raise OutsideRefused

    def _read_about(self) -> dict[str, Any]:
        """What the issuer publishes. Raises OutsideRefused where it is another one's."""
        with self._lock:
            if not self._about:
                issuer = self._provider.issuer
                address = issuer.rstrip("/") + "/.well-known/openid-configuration"
                said = read_json(address, self._hosts)
                needed = {"authorization_endpoint", "token_endpoint", "jwks_uri"}
                if said.get("issuer") != issuer or not needed <= set(said):
                    raise OutsideRefused
                self._about = said
            return self._about

    def _read_keys(self, now: datetime, *, again: bool) -> KeySet:
        about = self._read_about()
        with self._lock:
            age = now - self._keys_at if self._keys_at else None
            stale = age is None or age >= (LOOK_AGAIN_AFTER if again else KEEP)
            if self._keys is None or stale:
                said = read_json(str(about["jwks_uri"]), self._hosts)
                try:
                    self._keys = KeySet.import_key_set(cast(Any, said))
                except (JoseError, ValueError, KeyError, TypeError):
                    raise OutsideRefused from None
                self._keys_at = now
            return self._keys
