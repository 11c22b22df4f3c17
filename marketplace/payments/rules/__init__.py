"""Rules of payments."""

from marketplace.payments.rules.methods import (
    MAX_RECEIVED_FEN,
    AlreadyReceived,
    Method,
    MethodNotOffered,
    MoneyBooked,
    NothingToPay,
    PaidOnline,
    Receipt,
    ReferenceImported,
    ReferenceUsed,
    account_of_method,
    require_cashier,
)

__all__ = [
    "MAX_RECEIVED_FEN",
    "AlreadyReceived",
    "Method",
    "MethodNotOffered",
    "MoneyBooked",
    "NothingToPay",
    "PaidOnline",
    "Receipt",
    "ReferenceImported",
    "ReferenceUsed",
    "account_of_method",
    "require_cashier",
]
