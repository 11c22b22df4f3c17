"""What the gateway's answers and events hold, read with care: none of it is ours."""

from collections.abc import Mapping
from typing import Any

from marketplace.payments.gateways import Checkout, Paid

Subject = Mapping[str, Any]


def checkout_of(subject: Subject) -> Checkout:
    """A page to pay on, as an answer or an event tells of it."""
    return Checkout(
        gateway_id=str(subject["id"]),
        url=subject.get("url"),
        is_expired=subject.get("status") == "expired",
        paid=_paid_by_page(subject) if subject.get("payment_status") == "paid" else None,
    )


def _paid_by_page(subject: Subject) -> Paid | None:
    intent = subject.get("payment_intent")
    intent_id = intent.get("id") if isinstance(intent, Mapping) else intent
    return _paid(subject.get("client_reference_id"), intent_id, subject, "amount_total")


def paid_by_intent(subject: Subject) -> Paid | None:
    """A payment that succeeded; None where it was not made for one of ours."""
    reference = (subject.get("metadata") or {}).get("payment")
    return _paid(reference, subject.get("id"), subject, "amount_received")


def _paid(reference: Any, intent_id: Any, subject: Subject, amount: str) -> Paid | None:
    if not str(reference).isascii() or not str(reference).isdigit() or not intent_id:
        return None
    return Paid(
        payment_id=min(int(reference), 2**63 - 1),
        intent_id=str(intent_id),
        amount_fen=int(subject.get(amount) or 0),
        currency=str(subject.get("currency")),
    )
