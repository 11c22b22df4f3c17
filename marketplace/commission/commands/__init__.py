"""Verbs of the book of commission."""

from marketplace.commission.commands.book import claim, claim_again, earn, take_back
from marketplace.commission.commands.disputes import (
    ask_dispute,
    end_dispute,
    lock_dispute,
    require_open,
)

__all__ = [
    "ask_dispute",
    "claim",
    "claim_again",
    "earn",
    "end_dispute",
    "lock_dispute",
    "require_open",
    "take_back",
]
