"""How much, how many and how long: the bounds of a purchase."""

from datetime import datetime, timedelta

CONFIRM_WITHIN = timedelta(days=15)


PAY_WITHIN = timedelta(days=30)


PAY_EXTENSION = timedelta(days=15)


RETAIL_PAYS_WITHIN = timedelta(minutes=30)


MAX_QUANTITY = 1_000_000


MAX_LINES = 500


# The bank's and Stripe's bound for one payment is below this; it also keeps sums in BIGINT.
MAX_PURCHASE_FEN = 10_000_000_000


MAX_FREIGHT_FEN = 100_000_000


def is_late(due_at: datetime | None, now: datetime) -> bool:
    return due_at is not None and due_at <= now
