"""Reads of the cockpit."""

from marketplace.cockpit.queries.figures import count_family
from marketplace.cockpit.queries.health import JobsHealth, read_health
from marketplace.cockpit.queries.pair import read_pair
from marketplace.cockpit.queries.read import (
    find_sent,
    get_proof,
    latest_proof,
    list_matches,
    list_proofs,
    newest_proof_row,
    read_snapshot,
)
from marketplace.cockpit.queries.villages import VillagesWish, list_villages

__all__ = [
    "JobsHealth",
    "VillagesWish",
    "count_family",
    "find_sent",
    "get_proof",
    "latest_proof",
    "list_matches",
    "list_proofs",
    "list_villages",
    "newest_proof_row",
    "read_health",
    "read_pair",
    "read_snapshot",
]
