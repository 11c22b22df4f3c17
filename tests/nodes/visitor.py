"""Whoever asks two machines for one shop: cookies and tokens are good at both."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import Message
from http.cookiejar import CookieJar
from time import monotonic, sleep
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import (
    HTTPCookieProcessor,
    HTTPRedirectHandler,
    OpenerDirector,
    Request,
    build_opener,
)

from benchmarks.nodes_cluster import Node

# A loaded machine may be slow for a moment; the drill measures how long it really takes.
WITHIN_S = 40


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    text: str
    headers: Message

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class _Stay(HTTPRedirectHandler):
    """Shows where an answer leads, and does not go there."""

    def redirect_request(self, *_args: object) -> None:
        return None


class Visitor:
    """A browser, or with a token a program."""

    def __init__(self, headers: Mapping[str, str] | None = None) -> None:
        self.headers = dict(headers or {})
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()), _Stay())

    def ask(self, node: Node, path: str, sent: bytes | None = None, **headers: str) -> Answer:
        address = f"http://127.0.0.1:{node.port}{path}"
        request = Request(address, sent, {**self.headers, **headers})
        try:
            with self.opener.open(request, timeout=WITHIN_S) as answer:
                return Answer(answer.status, answer.read().decode(), answer.headers)
        except HTTPError as answer:
            with answer:
                return Answer(answer.code, answer.read().decode(), answer.headers)

    def submit(self, node: Node, page: str, path: str, **fields: str) -> Answer:
        """The form of a page, with the token that the page carries."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.ask(node, page).text)
        assert token is not None, page
        return self.ask(node, path, urlencode({**fields, "csrf_token": token[1]}).encode())

    def call(self, node: Node, path: str, body: Any, key: str | None = None) -> Answer:
        """A write of the API."""
        headers = {"Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        return self.ask(node, f"/api/v1{path}", json.dumps(body).encode(), **headers)


def comes_true(claim: Callable[[], bool]) -> bool:
    """Whether it does, while both machines go on."""
    deadline = monotonic() + WITHIN_S
    while not claim():
        if monotonic() > deadline:
            return False
        sleep(0.05)
    return True
