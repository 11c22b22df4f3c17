"""WeCom (企业微信): its web login is OAuth in words of its own, with no token to verify. Whom the
code stands for says WeCom itself, asked over TLS with the company's secret."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Lock
from urllib.parse import urlencode, urlsplit

from config import Provider
from marketplace.accounts.gateways.calls import read_json
from marketplace.accounts.gateways.shapes import (
    Begun,
    Outsider,
    OutsideRefused,
    believable,
    code_of,
)

# An access token lives for two hours; a little less is safe.
KEEP = timedelta(minutes=100)
MOST_USERID = 64
# The token was withdrawn or ran out before its time.
SPENT_TOKEN = (40014, 42001)


class WecomHouse:
    """One company's application."""

    def __init__(self, provider: Provider) -> None:
        self.name = provider.name
        self._provider = provider
        self._hosts = {urlsplit(provider.api_base).netloc}
        self._lock = Lock()
        self._token = ""
        self._token_at: datetime | None = None

    def begin(self, back: str) -> Begun:
        """Sends the browser to WeCom's page of the QR code."""
        state = secrets.token_urlsafe(32)
        query = {
            "login_type": "CorpApp",
            "appid": self._provider.client_id,
            "agentid": self._provider.agent_id,
            "redirect_uri": back,
            "state": state,
        }
        address = f"{self._provider.login_base}/wwlogin/sso/login?{urlencode(query)}"
        return Begun(address, {"state": state})

    def finish(
        self, kept: Mapping[str, str], said: Mapping[str, str], back: str, now: datetime
    ) -> Outsider:
        """Asks WeCom whose code it is. Someone outside of the company has no userid."""
        del back  # WeCom compares it when the browser arrives there.
        code = code_of(kept, said)
        answer = self._ask(code, self._access_token(now, again=False))
        if answer.get("errcode") in SPENT_TOKEN:
            answer = self._ask(code, self._access_token(now, again=True))
        if answer.get("errcode") != 0:
            raise OutsideRefused
        # Userids are the same whatever their case.
        return Outsider(believable(answer.get("userid"), MOST_USERID).casefold())

    def _ask(self, code: str, token: str) -> dict[str, object]:
        address = f"{self._provider.api_base}/cgi-bin/auth/getuserinfo"
        return read_json(address, self._hosts, access_token=token, code=code)

    def _access_token(self, now: datetime, *, again: bool) -> str:
        """The company's token, asked for seldom: WeCom counts and limits these calls."""
        with self._lock:
            stale = self._token_at is None or now - self._token_at >= KEEP
            if again or stale:
                said = read_json(
                    f"{self._provider.api_base}/cgi-bin/gettoken",
                    self._hosts,
                    corpid=self._provider.client_id,
                    corpsecret=self._provider.client_secret,
                )
                token = said.get("access_token")
                if said.get("errcode") != 0 or not isinstance(token, str):
                    raise OutsideRefused
                self._token, self._token_at = token, now
            return self._token
