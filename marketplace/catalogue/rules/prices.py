"""Why a price is what it is, as the book of prices says it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PriceReason:
    """Who set a price, and why: FIRST, CHANGED, AGREED (the centre looked at it), IMPORT."""

    actor_id: int | None = None
    reason: str = "FIRST"
    words: str = ""


FIRST_PRICE = PriceReason()
CHANGED_PRICE = PriceReason(reason="CHANGED")
