"""Whatever arrives, the answer is one that the document knows, and never a failure of ours."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tests.api.conftest import Caller, wish
from tests.county import County

TEXT = some.text(max_size=30)
JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | TEXT,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
NAMES = some.sampled_from(
    ["unit_id", "fund", "lines", "consignee", "note", "reason", "amount_fen", "method", "carrier"]
)
BODIES = JSON | some.dictionaries(NAMES | TEXT, JSON, max_size=5)
WRITES = [
    "/tokens",
    "/purchases",
    "/purchases/1/reject",
    "/purchases/1/payments",
    "/orders/1/ship",
    "/orders/1/accept",
    "/orders/1/refunds",
    "/payments/1/confirm",
    "/products/1/batches",
]
READS = [
    "/products",
    "/purchases",
    "/orders",
    "/units",
    "/villages",
    "/villages/420304106200/sales",
    "/county/summary",
    "/audit",
    "/producers/1/statement",
]
QUERY_NAMES = ["q", "page", "per_page", "from", "to", "year", "sort", "object", "period", "village"]

# One database serves all examples: what they write is never looked at.
often = settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


def refused_or_done(answer: Any) -> bool:
    if answer.status_code < 300:
        return answer.mimetype == "application/json"
    is_problem = answer.mimetype == "application/problem+json" and answer.json["code"]
    return 400 <= answer.status_code < 500 and bool(is_problem)


@often
@given(path=some.sampled_from(WRITES), body=BODIES)
def test_any_json_is_refused_or_done(buyer: Caller, path, body):
    text = json.dumps(body)
    assert refused_or_done(buyer("POST", path, data=text, content_type="application/json"))


@often
@given(path=some.sampled_from(WRITES), body=some.binary(max_size=60))
def test_any_bytes_are_refused(buyer: Caller, path, body):
    assert refused_or_done(buyer("POST", path, data=body, content_type="application/json"))


@often
@given(
    path=some.sampled_from(READS),
    query=some.dictionaries(some.sampled_from(QUERY_NAMES), TEXT | some.integers(), max_size=3),
)
def test_any_query_is_refused_or_answered(buyer: Caller, path, query):
    words = {name: str(value).encode("utf-8", "replace") for name, value in query.items()}
    typed = "&".join(f"{name}={quote(value)}" for name, value in words.items())
    assert refused_or_done(buyer("GET", path, query_string=typed))


@often
@given(quantity=some.integers(), variant_id=some.integers())
def test_any_number_in_a_line_is_refused_or_done(
    buyer: Caller, county: County, quantity, variant_id
):
    lines = [{"variant_id": variant_id, "quantity": quantity}]
    assert refused_or_done(buyer.post("/purchases", wish(county, lines=lines)))


def test_a_failure_would_be_noticed(buyer: Caller, monkeypatch):
    monkeypatch.setattr("marketplace.api.routes.tokens.current_identity", lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        buyer.get("/me")
