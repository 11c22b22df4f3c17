"""A client that keeps at it: what was not answered is asked again, and some answers it drops."""

import json
import random
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from threading import Event
from typing import Any
from urllib.parse import urlencode

from tests.storm.cast import Troupe
from tests.storm.promises import Promises

GIVEN_UP_S = 120
DROPPED, REPEATED, KEYLESS = 0.08, 0.08, 0.3
COOKIE = re.compile(r"session=([^;]+)")
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


# Method, path, body and headers.
Sent = tuple[str, str, str, dict[str, str]]


class Turned(Exception):
    """A rule said no, as it may when the clock moved on or somebody else came first."""


class GivenUp(Exception):
    """Nobody answered for so long that no client would still wait."""


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    headers: Mapping[str, str]


class Client:
    """Calls for everybody of a troupe."""

    def __init__(self, port: int, troupe: Troupe, promises: Promises) -> None:
        self.port, self.troupe, self.promises = port, troupe, promises
        self.chance = random.Random(0)
        self.journey = ""
        self._asked = 0
        self._cookie = troupe.cookie
        self._connection = HTTPConnection("127.0.0.1", port, timeout=30)
        self._rest = Event()

    def begin(self, seed: int, number: int) -> None:
        """From here on chance is this journey's alone."""
        self.chance = random.Random(f"{seed}/{number}")
        self.journey, self._asked = f"{seed}-{number}", 0

    def close(self) -> None:
        self._connection.close()

    def call(self, who: str, path: str, body: Any = None, *, keyed: bool = True) -> Any:
        """A write, until it is answered. Raises Turned where a rule refuses."""
        self._asked += 1
        key = f"{self.journey}.{self._asked}"
        headers = {
            "Authorization": f"Bearer {self.troupe.actors[who].token}",
            "Content-Type": "application/json",
        }
        # Whose effect the state itself keeps from happening twice may go without a key.
        is_keyed = keyed or self.chance.random() >= KEYLESS
        if is_keyed:
            headers["Idempotency-Key"] = key
        sent = ("POST", f"/api/v1{path}", json.dumps(body or {}), headers)
        if self.chance.random() < DROPPED:
            self._drop(sent)
        text = self._settle(self.ask(sent), path)
        if is_keyed:
            self._keep(who, key, text)
            if self.chance.random() < REPEATED and self.ask(sent).text != text:
                self.promises.fault(f"{path}: another answer under the same key {key}")
        return json.loads(text)

    def _keep(self, who: str, key: str, text: str) -> None:
        with self.promises.lock:
            self.promises.keys[self.troupe.actors[who].person_id, key] = text

    def _settle(self, answer: Answer, path: str) -> str:
        if answer.status in (200, 201):
            return answer.text
        code = str(json.loads(answer.text).get("code")) if "json" in self._kind(answer) else "?"
        if answer.status == 409:
            with self.promises.lock:
                self.promises.turned[code] += 1
        else:
            self.promises.fault(f"{path}: {answer.status} {answer.text[:300]}")
        raise Turned(code)

    @staticmethod
    def _kind(answer: Answer) -> str:
        return answer.headers.get("Content-Type", "")

    def ask(self, sent: Sent) -> Answer:
        """Until somebody answers who is able to."""
        began = time.monotonic()
        while True:
            answer = self._once(sent)
            if not self._is_to_be_asked_again(sent[1], answer):
                with self.promises.lock:
                    self.promises.calls += 1
                return answer
            if time.monotonic() - began > GIVEN_UP_S:
                self.promises.fault(f"{sent[1]}: given up, last {answer}")
                raise GivenUp(sent[1])
            self._rest.wait(0.1)

    def _is_to_be_asked_again(self, path: str, answer: Answer) -> bool:
        if answer.status != 0 and answer.status not in (429, 500, 502, 503, 504):
            return False
        with self.promises.lock:
            self.promises.again[str(answer.status or "no answer")] += 1
        is_said_so = answer.status in (429, 503) and "Retry-After" in answer.headers
        if answer.status and not is_said_so:
            self.promises.fault(f"{path}: {answer.status} {answer.text[:300]}")
        if answer.status == 429:
            self._rest.wait(int(answer.headers.get("Retry-After", 1)))
        return True

    def _once(self, sent: Sent) -> Answer:
        try:
            self._connection.request(sent[0], sent[1], sent[2].encode(), sent[3])
            with self._connection.getresponse() as answer:
                return _read(answer)
        except (HTTPException, OSError) as trouble:
            self._connection.close()
            return Answer(0, repr(trouble), {})

    def _drop(self, sent: Sent) -> None:
        """Asks and hangs up before or while the answer comes."""
        dropped = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            dropped.request(sent[0], sent[1], sent[2].encode(), sent[3])
            self._rest.wait(self.chance.choice((0, 0.005, 0.05)))
        except OSError:
            """Nobody was there to hang up on."""
        finally:
            dropped.close()
        with self.promises.lock:
            self.promises.again["dropped"] += 1

    def page(self, path: str) -> Answer:
        """A page for the shopper at the browser, which keeps the cookie that comes with it."""
        answer = self.ask(("GET", path, "", {"Cookie": f"session={self._cookie}"}))
        if found := COOKIE.search(answer.headers.get("Set-Cookie", "")):
            self._cookie = found[1]
        return answer

    def submit(self, path: str, form_on: str, fields: Mapping[str, str]) -> Answer:
        """A form that stands on a page, sent from there."""
        shown = self.page(form_on)
        found = TOKEN.search(shown.text)
        if shown.status != 200 or found is None:
            raise Turned(f"page {shown.status}")
        headers = {
            "Cookie": f"session={self._cookie}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        body = urlencode({"csrf_token": found[1], **fields})
        return self.ask(("POST", path, body, headers))


def _read(answer: HTTPResponse) -> Answer:
    return Answer(answer.status, answer.read().decode(errors="replace"), dict(answer.headers))
