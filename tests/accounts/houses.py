"""Other houses, simulated and strict: an issuer of OpenID Connect, and WeCom's three addresses.

They listen on this machine alone. Nothing here reached the real WeCom.
"""

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from config import Provider
from tests.conftest import FrozenClock

CLIENT, SECRET = "market", "a secret of the tests"
Answer = tuple[int, dict[str, Any]]


class Handler(BaseHTTPRequestHandler):
    """Hands every request to the house."""

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._answer(dict(parse_qsl(body.decode())))

    def _answer(self, form: dict[str, str]) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        house: Any = self.server.house  # type: ignore[attr-defined]
        house.asked.append(parts.path)
        status, said = house.answer(parts.path, {**asked, **form}, self.headers)
        content = json.dumps(said).encode()
        self.send_response(status)
        if status == 302:
            self.send_header("Location", said["to"])
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@cache
def own_key() -> RSAKey:
    """To make one takes longer than the whole test around it."""
    return RSAKey.generate_key(2048, {"kid": "1"})


@dataclass
class Issuer:
    """Signs people in as a good issuer does; `says` and `changes` make it a bad one."""

    clock: FrozenClock
    address: str = ""
    key: RSAKey = field(default_factory=own_key)
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    says: dict[str, Any] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    signs_with: Any = None
    token_status: int = 200

    def provider(self, **changes: Any) -> Provider:
        given: dict[str, Any] = {
            "name": "audit-bureau", "kind": "oidc", "client_id": CLIENT,
            "client_secret": SECRET, "label_zh": "审计局统一登录", "label_en": "Audit bureau",
            "issuer": self.address,
        }  # fmt: skip
        return Provider(**{**given, **changes})

    def sign_in(self, address: str, **claims: Any) -> dict[str, str]:
        """What the browser brings back after somebody signed in there."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert asked["client_id"] == CLIENT
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(8)
        self.codes[code] = {**asked, "claims": json.dumps(claims)}
        return {"code": code, "state": asked["state"]}

    def answer(self, path: str, given: dict[str, str], headers: Any) -> Answer:
        if path == "/.well-known/openid-configuration":
            said = {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "jwks_uri": f"{self.address}/keys",
            }
            return 200, {**said, **self.about}
        if path == "/keys":
            return 200, {"keys": [self.key.as_dict(private=False)]}
        if path == "/token":
            return self._token(given, headers)
        return 404, {}

    def _token(self, given: dict[str, str], headers: Any) -> Answer:
        asked = self.codes.pop(given.get("code", ""), None)
        login = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        is_right = (
            asked is not None
            and headers.get("Authorization") == f"Basic {login}"
            and given.get("grant_type") == "authorization_code"
            and given.get("redirect_uri") == asked["redirect_uri"]
            and challenge == asked["code_challenge"]
        )
        if not is_right or asked is None:
            return 400, {"error": "invalid_grant"}
        if self.token_status != 200:
            return self.token_status, {"to": f"{self.address}/elsewhere"}
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self._sign(asked)}

    def _sign(self, asked: dict[str, str]) -> str:
        moment = int(self.clock.now.timestamp())
        claims = {
            "iss": self.address, "aud": CLIENT, "sub": "wang-17", "iat": moment,
            "exp": moment + 300, "nonce": asked["nonce"],
        }  # fmt: skip
        claims = {**claims, **json.loads(asked["claims"]), **self.says}
        kept = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": self.algorithm, "kid": self.key.kid}
        return jwt.encode(header, kept, self.signs_with or self.key, algorithms=[self.algorithm])


@dataclass
class Wecom:
    """WeCom as its documentation describes it: tokens that run out, codes that count once."""

    address: str = ""
    asked: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)

    def provider(self, **changes: Any) -> Provider:
        given: dict[str, Any] = {
            "name": "wecom", "kind": "wecom", "client_id": "ww1", "client_secret": SECRET,
            "label_zh": "企业微信", "label_en": "WeCom", "agent_id": "1000002",
            "login_base": self.address, "api_base": self.address,
        }  # fmt: skip
        return Provider(**{**given, **changes})

    def sign_in(self, address: str, userid: str = "WangFang") -> dict[str, str]:
        asked = dict(parse_qsl(urlsplit(address).query))
        assert (asked["login_type"], asked["appid"]) == ("CorpApp", "ww1")
        assert asked["agentid"] == "1000002"
        assert asked["redirect_uri"].endswith("/login/with/wecom/back")
        code = secrets.token_urlsafe(8)
        self.codes[code] = userid
        return {"code": code, "state": asked["state"]}

    def answer(self, path: str, given: dict[str, str], _headers: Any) -> Answer:
        if path == "/cgi-bin/gettoken":
            if (given.get("corpid"), given.get("corpsecret")) != ("ww1", SECRET):
                return 200, {"errcode": 40001, "errmsg": "invalid credential"}
            self.tokens.append(secrets.token_urlsafe(8))
            return 200, {"errcode": 0, "access_token": self.tokens[-1], "expires_in": 7200}
        if path == "/cgi-bin/auth/getuserinfo":
            if given.get("access_token") not in self.tokens[-1:]:
                return 200, {"errcode": 42001, "errmsg": "access_token expired"}
            userid = self.codes.pop(given.get("code", ""), None)
            if userid is None:
                return 200, {"errcode": 40029, "errmsg": "invalid code"}
            return 200, {"errcode": 0, **({"userid": userid} if userid else {"openid": "o1"})}
        return 404, {}


@contextmanager
def opened(house: Any) -> Iterator[Any]:
    """The house, listening on a port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.house = house  # type: ignore[attr-defined]
    house.address = f"http://127.0.0.1:{server.server_port}"
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    serving.start()
    try:
        yield house
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
