"""What any engine does for the shop, and what it answers. An engine keeps one folder."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from marketplace.catalogue.queries import ProductFilter
from marketplace.search.rules.documents import Prepared
from marketplace.search.rules.matching import Match, Word

# What can be narrowed down to, by the name of its side in the filter.
FACETS = ("category", "township", "producer", "certified")
# So many keys of a facet are shown; nobody reads further.
MOST_KEYS = 50


Counts: TypeAlias = list[tuple[str, int]]


class IndexBroken(Exception):
    """What lies in the folder cannot be read as an index."""


@dataclass(frozen=True)
class Hit:
    product_id: int
    # Which of the tiers found it, counted from 0, and its rank among its equals.
    tier: int
    rank: int


@dataclass(frozen=True)
class Answer:
    """A page of hits, with exact counts of all of them.

    Each facet is counted with the other sides of the filter applied, and not its own.
    """

    hits: Sequence[Hit]
    total: int
    facets: Mapping[str, Sequence[tuple[str, int]]]


class Reader(Protocol):
    """An index as it was at one moment. It never changes under whoever reads it."""

    @property
    def products(self) -> int:
        """How many it holds."""

    def frequency(self, word: Word) -> int:
        """How many products carry the word."""

    def count(self, match: Match) -> int:
        """How many products match, whatever the filter."""

    def find(self, match: Match, wanted: ProductFilter, offset: int, limit: int) -> Answer:
        """What matches and passes the filter, in the filter's order."""


class Writer(Protocol):
    """The only one who writes to a folder. Nothing is seen before the commit."""

    def put(self, documents: Iterable[Prepared]) -> None:
        """Adds products, in place of what was known of them."""

    def remove(self, product_ids: Iterable[int]) -> None: ...

    def commit(self) -> None: ...

    def close(self) -> None: ...


class Engine(Protocol):
    """Raises IndexBroken where a folder holds no index it can read."""

    name: str

    def create(self, folder: Path) -> Writer: ...

    def open_writer(self, folder: Path) -> Writer: ...

    def open_reader(self, folder: Path) -> Reader: ...


def without_side(wanted: ProductFilter, side: str) -> ProductFilter:
    open_side: dict[str, Any] = {side: None}
    return replace(wanted, **open_side)


def in_order(counts: Iterable[tuple[str, int]], chosen: str | None, total: int) -> Counts:
    """Keys of a facet, most products first; the one chosen is among them wherever it stands.

    What was found has the chosen key and passes the rest of the filter: its count is the total.
    """
    ordered = sorted(counts, key=lambda count: (-count[1], count[0]))[:MOST_KEYS]
    if chosen is not None and total and all(key != chosen for key, _ in ordered):
        ordered.append((chosen, total))
    return ordered


def chosen_key(wanted: ProductFilter, side: str) -> str | None:
    """The key of a facet that the filter names."""
    value = getattr(wanted, side)
    if value is None:
        return None
    return str(int(value)) if side == "certified" else str(value)
