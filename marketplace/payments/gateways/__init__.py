"""What stands between us and a card or wallet: asked through a Protocol, real or played."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


class GatewayAway(Exception):
    """No answer, or none that says whether it was done: to be asked again with the same key."""


class GatewayRefused(Exception):
    """A definite no, with the reason; asking again changes nothing."""


@dataclass(frozen=True)
class CheckoutWish:
    """What a page to pay on is made for."""

    payment_id: int
    purchase_number: str
    amount_fen: int
    expires_at: datetime
    # Where the person is sent afterwards, whatever came of it.
    return_url: str


@dataclass(frozen=True)
class Checkout:
    """A page to pay on as the gateway knows it. `paid` once the money is there."""

    gateway_id: str
    url: str | None
    is_expired: bool
    paid: "Paid | None"


@dataclass(frozen=True)
class Paid:
    """Money that the gateway took for a payment of ours."""

    payment_id: int
    intent_id: str
    amount_fen: int
    currency: str


@dataclass(frozen=True)
class MoneyBack:
    """A refund as the gateway knows it."""

    gateway_id: str
    # succeeded, pending, requires_action, failed, canceled
    status: str
    reason: str = ""


@dataclass(frozen=True)
class Event:
    """Something the gateway tells, with its signature checked."""

    event_id: str
    kind: str
    subject: dict[str, Any]


class Gateway(Protocol):
    """Each question has a key: asked twice, it is done once."""

    def open_checkout(self, wish: CheckoutWish, key: str) -> Checkout: ...

    def read_checkout(self, gateway_id: str) -> Checkout: ...

    def give_back(self, intent_id: str, amount_fen: int, payout_id: int, key: str) -> MoneyBack: ...

    def read_back(self, gateway_id: str) -> MoneyBack: ...

    def read_event(self, payload: bytes, signature: str) -> Event | None:
        """What was told; None where the signature is missing, wrong or old."""
