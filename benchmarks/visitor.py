"""A visitor who keeps cookies and a token: logs in, reads pages, calls the API."""

import json
import re
import secrets
from collections.abc import Iterable
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

from flask import Flask

from benchmarks.client import AGENT, BadAnswer
from benchmarks.instance import PASSWORD


class Visitor:
    """One person at one server, on one kept connection."""

    def __init__(self, port: int) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}
        self.token = ""

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def get(self, path: str) -> tuple[int, bytes]:
        known = {"Authorization": f"Bearer {self.token}"} if self.token else {"Cookie": self.cookie}
        return self._ask("GET", path, None, known)

    def log_in(self, login: str) -> None:
        """Through the form that people use."""
        form = {"csrf_token": self.token_of("/login"), "login": login, "password": PASSWORD}
        self.send("/login", form, expected=302)
        # As every browser does; the first page gives it the token of its forms.
        self.get("/")

    def token_of(self, path: str) -> str:
        """What the form on a page has to bring back."""
        _status, page = self.get(path)
        match = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert match is not None, f"no form on {path} carries a csrf_token"
        return match[1].decode()

    def hidden_of(self, path: str) -> dict[str, str]:
        """Everything that the forms of a page bring back by themselves."""
        status, page = self.get(path)
        if status != 200:
            raise BadAnswer(f"{path}: {status}")
        found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.decode())
        return dict(found)

    def send(self, path: str, form: dict[str, str], expected: int = 200) -> bytes:
        """A form, with the token of its page among its fields."""
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        status, page = self._ask("POST", path, urlencode(form).encode(), headers)
        if status != expected:
            raise BadAnswer(f"{path}: {status} {page[:400]!r}")
        return page

    def take_token(self, login: str) -> None:
        self.token = self.call("/tokens", {"username": login, "password": PASSWORD})["token"]

    def call(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """A write of the API, with an idempotency key of its own."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": secrets.token_hex(12)}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        sent = json.dumps(body or {}).encode()
        status, answer = self._ask("POST", f"/api/v1{path}", sent, headers)
        if status >= 400:
            raise BadAnswer(f"{path}: {status} {answer[:600].decode()}")
        return json.loads(answer)

    def _ask(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        sent = {**headers, "User-Agent": AGENT}
        self.connection.request(method, path, body=body, headers=sent)
        answer = self.connection.getresponse()
        page = answer.read()
        self._keep(answer.headers.get_all("Set-Cookie") or ())
        return answer.status, page

    def _keep(self, cookies: Iterable[str]) -> None:
        for header in cookies:
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value


class InsideVisitor(Visitor):
    """The same at an application in this process, where its statements can be counted."""

    def __init__(self, app: Flask) -> None:
        super().__init__(0)
        self.client = app.test_client(use_cookies=False)

    def _ask(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        sent = {**headers, "User-Agent": AGENT}
        answer = self.client.open(path, method=method, data=body, headers=sent)
        self._keep(answer.headers.getlist("Set-Cookie"))
        return answer.status_code, answer.data
