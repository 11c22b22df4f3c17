"""How good the search is: what people type, and whether what they meant comes first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from marketplace.catalogue.queries import ProductCard, ProductFilter, Sort
from marketplace.core.paging import PageRequest
from marketplace.search.local.copy import LocalCopy
from marketplace.search.queries import search

LABELLED = Path(__file__).parents[1] / "tests" / "search" / "labelled.txt"
FIRST = 5


@dataclass(frozen=True)
class Labelled:
    """What was typed, and the parts of a name of which one must be among the first."""

    typed: str
    wanted: tuple[str, ...]

    def place_in(self, cards: Sequence[ProductCard]) -> int | None:
        """Where the first right product stands, counted from 1."""
        for place, card in enumerate(cards, start=1):
            told = f"{card.name} {card.producer_name} {card.village_name}"
            if any(part in told for part in self.wanted):
                return place
        return None


@dataclass(frozen=True)
class Quality:
    queries: int
    success: float
    mean_reciprocal_rank: float
    missed: tuple[str, ...]


def read_labelled() -> Iterator[Labelled]:
    for line in LABELLED.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            wanted, ways = line.split(": ", 1)
            for typed in ways.split("; "):
                yield Labelled(typed, tuple(wanted.split("|")))


def judge(session: Session, copy: LocalCopy, today: date) -> Quality:
    """Success at 5 and the mean reciprocal rank over the labelled queries."""
    places: dict[str, int | None] = {}
    for labelled in read_labelled():
        wanted = ProductFilter(sort=Sort.RELEVANCE)
        page = PageRequest(1, FIRST)
        found = search(session, copy, labelled.typed, wanted, page, today=today)
        places[labelled.typed] = labelled.place_in(found.cards.items)
    met = [place for place in places.values() if place is not None]
    return Quality(
        queries=len(places),
        success=len(met) / len(places),
        mean_reciprocal_rank=sum(1 / place for place in met) / len(places),
        missed=tuple(typed for typed, place in places.items() if place is None),
    )
