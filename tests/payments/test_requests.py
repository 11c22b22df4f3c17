"""What we ask of Stripe has the shape that Stripe publishes."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from marketplace.payments.gateways import CheckoutWish

PUBLISHED = json.loads(Path(__file__).with_name("stripe_openapi.json").read_text("utf-8"))
WISH = CheckoutWish(
    payment_id=7,
    purchase_number="P123",
    amount_fen=19_209,
    expires_at=datetime(2026, 11, 23, 5, tzinfo=UTC),
    return_url="https://shop.example/payments/7/return",
)


def as_published(value: Any, schema: dict[str, Any]) -> Any:
    """Form fields are text and lists are numbered: read as the schema reads them."""
    kind = schema.get("type")
    if kind == "array":
        return [as_published(part, schema["items"]) for part in value.values()]
    if kind == "object":
        known = schema.get("properties", {})
        return {name: as_published(part, known.get(name, {})) for name, part in value.items()}
    return int(value) if kind == "integer" else value


def check(path: str, asked: dict[str, Any]) -> None:
    schema = PUBLISHED["requests"][path]
    Draft202012Validator(schema).validate(as_published(asked, schema))


@pytest.fixture
def asked(gateway, fake):
    """Bodies of the requests for a page and for a refund of it, by their path."""
    page = gateway.open_checkout(WISH, "payment:7/checkout")
    fake.pay(page.gateway_id)
    gateway.give_back(next(iter(fake.intents)), 500, 3, "payout:3/give-back")
    return {path: body for method, path, body in fake.asked if method == "POST"}


@pytest.mark.parametrize("path", ["/v1/checkout/sessions", "/v1/refunds"])
def test_a_request_has_the_published_shape(asked, path):
    check(path, asked[path])


@pytest.mark.parametrize(
    "change",
    [
        {"mode": "pay"},
        {"payment_method_types": {"0": "alipay_hk"}},
        {"amount": "500"},
        {"line_items": {"0": {"quantity": "1", "price_data": {"unit_amount": "5"}}}},
    ],
)
def test_another_shape_would_be_noticed(asked, change):
    with pytest.raises(ValidationError):
        check("/v1/checkout/sessions", {**asked["/v1/checkout/sessions"], **change})


def test_every_write_that_is_made_is_among_those_published(asked):
    assert set(asked) == set(PUBLISHED["requests"])
