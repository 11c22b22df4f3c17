"""A strict gateway inside the test: the real library talks to it through its own HTTP client.

It keeps state, replays under an idempotency key, refuses what Stripe refuses, and can lose the
line before or after the effect. Nothing here proves what Stripe does; it proves what we do.
"""

import hashlib
import hmac
import json
import time
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import stripe

SECRET = "whsec_for_tests"
Answer = tuple[str, int, dict[str, str]]


class Refused(Exception):
    """What the gateway says no to."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": kind, "message": message}}


class FakeStripe(stripe.HTTPClient):
    """One account with its pages, payments, refunds and events."""

    name = "fake"

    def __init__(self) -> None:
        super().__init__()
        self.pages: dict[str, dict[str, Any]] = {}
        self.intents: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.events: list[dict[str, Any]] = []
        self.asked: list[tuple[str, str, dict[str, Any]]] = []
        self._answers: dict[str, tuple[str, Answer]] = {}
        self._numbers = count(1)
        # How often the line breaks before or after the effect of the next calls.
        self.breaks_before = 0
        self.breaks_after = 0
        self.declines = False
        self.refund_status = "succeeded"

    def request(
        self, method: str, url: str, headers: Any, post_data: Any = None, **_: Any
    ) -> Answer:
        asked = _unfold(parse_qsl(post_data or "", keep_blank_values=True))
        method, path = method.upper(), urlsplit(url).path
        self.asked.append((method, path, asked))
        if self.breaks_before:
            self.breaks_before -= 1
            raise stripe.APIConnectionError("the line broke before", should_retry=True)
        answer = self._answer_once(method, path, asked, headers.get("Idempotency-Key"))
        if self.breaks_after:
            self.breaks_after -= 1
            raise stripe.APIConnectionError("the line broke after", should_retry=True)
        return answer

    def close(self) -> None:
        """Nothing is open."""

    def _sleep_time_seconds(self, *_: Any, **__: Any) -> float:
        return 0.0

    def _answer_once(
        self, method: str, path: str, asked: dict[str, Any], key: str | None
    ) -> Answer:
        said = json.dumps([method, path, asked], sort_keys=True)
        if method == "POST":
            assert key, "every write has a key"
            if key in self._answers:
                first, answer = self._answers[key]
                if first != said:
                    kind, words = "idempotency_error", "Keys can only be used with the same request"
                    return _answer(400, {"error": {"type": kind, "message": words}})
                return answer
        try:
            answer = _answer(200, self._do(method, path, asked))
        except Refused as refused:
            answer = _answer(refused.status, refused.body)
        if method == "POST" and key:
            self._answers[key] = (said, answer)
        return answer

    def _do(self, method: str, path: str, asked: dict[str, Any]) -> dict[str, Any]:
        *_, resource, last = ["", *path.removeprefix("/v1/").split("/")]
        if method == "POST" and path == "/v1/checkout/sessions":
            return self._open_page(asked)
        if method == "POST" and path == "/v1/refunds":
            return self._refund(asked)
        known = {"sessions": self.pages, "refunds": self.refunds, "payment_intents": self.intents}
        if method == "GET" and last in known.get(resource, {}):
            return known[resource][last]
        raise Refused(404, "invalid_request_error", f"No such thing: {path}")

    def _open_page(self, asked: dict[str, Any]) -> dict[str, Any]:
        price = asked["line_items"]["0"]["price_data"]
        amount = int(price["unit_amount"]) * int(asked["line_items"]["0"]["quantity"])
        if price["currency"] != "cny" or not 1 <= amount <= 99_999_999:
            raise Refused(400, "invalid_request_error", "amount or currency is not possible")
        if self.declines:
            raise Refused(402, "card_error", "declined")
        number = next(self._numbers)
        page = {
            "id": f"cs_test_{number}",
            "object": "checkout.session",
            "url": f"https://checkout.example/{number}",
            "status": "open",
            "payment_status": "unpaid",
            "payment_intent": None,
            "client_reference_id": asked["client_reference_id"],
            "metadata": asked["metadata"],
            "amount_total": amount,
            "currency": "cny",
            "expires_at": int(asked["expires_at"]),
        }
        self.pages[page["id"]] = page
        return page

    def _refund(self, asked: dict[str, Any]) -> dict[str, Any]:
        intent = self.intents.get(asked["payment_intent"])
        amount = int(asked["amount"])
        if intent is None:
            raise Refused(404, "invalid_request_error", "No such payment_intent")
        left = intent["amount_received"] - intent["refunded"]
        if not 1 <= amount <= left:
            words = f"Refund amount ({amount}) is greater than unrefunded amount ({left})"
            raise Refused(400, "invalid_request_error", words)
        if self.refund_status != "failed":
            intent["refunded"] += amount
        refund = {
            "id": f"re_test_{next(self._numbers)}",
            "object": "refund",
            "amount": amount,
            "currency": "cny",
            "payment_intent": intent["id"],
            "status": self.refund_status,
            "metadata": asked.get("metadata", {}),
        }
        self.refunds[refund["id"]] = refund
        self.tell("refund.created", refund)
        return refund

    # What happens at the gateway without us.

    def pay(self, page_id: str) -> dict[str, Any]:
        """The buyer pays on the page. Returns the event that tells of it."""
        page = self.pages[page_id]
        assert page["status"] == "open"
        intent = {
            "id": f"pi_test_{next(self._numbers)}",
            "object": "payment_intent",
            "amount_received": page["amount_total"],
            "currency": "cny",
            "metadata": page["metadata"],
            "status": "succeeded",
            "refunded": 0,
        }
        self.intents[intent["id"]] = intent
        page.update(status="complete", payment_status="paid", payment_intent=intent["id"])
        self.tell("payment_intent.succeeded", intent)
        return self.tell("checkout.session.completed", page)

    def expire(self, page_id: str) -> dict[str, Any]:
        self.pages[page_id]["status"] = "expired"
        return self.tell("checkout.session.expired", self.pages[page_id])

    def tell(self, kind: str, subject: dict[str, Any]) -> dict[str, Any]:
        event = {
            "id": f"evt_test_{next(self._numbers)}",
            "object": "event",
            "type": kind,
            "data": {"object": json.loads(json.dumps(subject))},
        }
        self.events.append(event)
        return event

    @property
    def held_fen(self) -> int:
        """What the account holds of the buyers' money."""
        return sum(one["amount_received"] - one["refunded"] for one in self.intents.values())


def signed(payload: bytes, *, secret: str = SECRET, age_s: int = 0) -> str:
    """The signature as Stripe makes it (docs.stripe.com/webhooks, verify manually)."""
    moment = int(time.time()) - age_s
    told = f"{moment}.".encode() + payload
    return f"t={moment},v1={hmac.new(secret.encode(), told, hashlib.sha256).hexdigest()}"


def _answer(status: int, body: dict[str, Any]) -> Answer:
    return json.dumps(body), status, {"Request-Id": "req_test"}


def _unfold(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """`a[b][0]=c` as it is meant."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        *road, last = name.replace("]", "").split("[")
        place = found
        for step in road:
            place = place.setdefault(step, {})
        place[last] = value
    return found
