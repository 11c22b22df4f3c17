"""Stripe behind our Protocol: the only module that knows its library."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

import stripe

from marketplace.core.errors import N_
from marketplace.payments.gateways import (
    Checkout,
    CheckoutWish,
    Event,
    GatewayAway,
    GatewayRefused,
    MoneyBack,
)
from marketplace.payments.gateways.shapes import checkout_of
from marketplace.payments.rules.gateway import CURRENCY

MEANS = ("card", "alipay", "wechat_pay")
# Stripe refuses what is signed earlier: a message caught on its way cannot be played again.
TOLERANCE_S = 300
# The library asks again by itself where the line broke, always with our key.
RETRIES = 1
LONGEST_ID = 120
NUL = b"\\u0000"
UNREADABLE = (ValueError, KeyError, TypeError, RecursionError)
TITLE = N_("帮扶集采购单 %(number)s")
Answer = TypeVar("Answer")


class StripeGateway:
    """Checkout with card, Alipay and WeChat Pay, in yuan."""

    def __init__(
        self,
        secret_key: str,
        webhook_secret: str | None,
        *,
        api_base: str | None = None,
        http_client: Any = None,
    ) -> None:
        self.webhook_secret = webhook_secret
        self.client = stripe.StripeClient(
            secret_key,
            base_addresses={"api": api_base} if api_base else None,
            http_client=http_client,
            max_network_retries=RETRIES,
        )

    def open_checkout(self, wish: CheckoutWish, key: str) -> Checkout:
        metadata = {"payment": str(wish.payment_id), "purchase": wish.purchase_number}
        price = {
            "currency": CURRENCY,
            "unit_amount": wish.amount_fen,
            "product_data": {"name": TITLE % {"number": wish.purchase_number}},
        }
        asked: Any = {
            "mode": "payment",
            "payment_method_types": list(MEANS),
            "payment_method_options": {"wechat_pay": {"client": "web"}},
            "line_items": [{"quantity": 1, "price_data": price}],
            "client_reference_id": str(wish.payment_id),
            "metadata": metadata,
            "payment_intent_data": {"metadata": metadata},
            "expires_at": int(wish.expires_at.timestamp()),
            "success_url": wish.return_url,
            "cancel_url": wish.return_url,
        }
        sessions = self.client.v1.checkout.sessions
        made = _ask(lambda: sessions.create(params=asked, options={"idempotency_key": key}))
        return checkout_of(_plain(made))

    def read_checkout(self, gateway_id: str) -> Checkout:
        sessions = self.client.v1.checkout.sessions
        return checkout_of(_plain(_ask(lambda: sessions.retrieve(gateway_id))))

    def give_back(self, intent_id: str, amount_fen: int, payout_id: int, key: str) -> MoneyBack:
        asked: Any = {
            "payment_intent": intent_id,
            "amount": amount_fen,
            "metadata": {"payout": str(payout_id)},
        }
        refunds = self.client.v1.refunds
        made = _ask(lambda: refunds.create(params=asked, options={"idempotency_key": key}))
        return MoneyBack(made.id, made.status or "pending")

    def read_back(self, gateway_id: str) -> MoneyBack:
        refunds = self.client.v1.refunds
        found = _ask(lambda: refunds.retrieve(gateway_id))
        return MoneyBack(found.id, found.status or "pending")

    def read_event(self, payload: bytes, signature: str) -> Event | None:
        try:
            told = json.loads(payload)
            # No event of theirs is like this, and no database keeps a NUL.
            if not isinstance(told, dict) or NUL in payload or len(str(told["id"])) > LONGEST_ID:
                return None
            stripe.Webhook.construct_event(payload, signature, self.webhook_secret, TOLERANCE_S)
            # Nor does any keep half a character.
            f"{told['id']}{told['type']}".encode()
            return Event(str(told["id"]), str(told["type"]), dict(told["data"]["object"]))
        except (stripe.SignatureVerificationError, *UNREADABLE):
            return None


def _plain(made: Any) -> dict[str, Any]:
    # Stripe's objects are no dicts from version 16 on.
    return dict(made.to_dict())


def _ask(question: Callable[[], Answer]) -> Answer:
    """Asks, and tells a definite no from an answer that did not come."""
    try:
        return question()
    except (stripe.APIConnectionError, stripe.RateLimitError, stripe.APIError) as away:
        raise GatewayAway(type(away).__name__) from away
    except stripe.StripeError as refused:
        # Its words for people; codes and parameters only, never a number of a card.
        raise GatewayRefused(refused.user_message or refused.code or "refused") from refused
