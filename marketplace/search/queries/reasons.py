"""Why a product stands where it does in what was found."""

from dataclasses import dataclass

from marketplace.search.index import Hit
from marketplace.search.rules.ranking import standing_in


@dataclass(frozen=True)
class Reason:
    """The tier that found it, counted from 1, and what orders it among its equals."""

    tier: int
    points: int
    sold: int


def explain(hit: Hit) -> Reason:
    points, sold = standing_in(hit.rank)
    return Reason(hit.tier + 1, points, sold)
