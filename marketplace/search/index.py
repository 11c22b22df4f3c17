"""What any search engine does for the shop, and what it answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sqlalchemy.orm import Session

from marketplace.catalogue.queries import Facets, ProductCard, ProductFilter
from marketplace.core.paging import Page, PageRequest
from marketplace.search.rules import SearchText

Tell = Callable[[int], None]


@dataclass(frozen=True)
class Found:
    """A page of what was found, with exact counts of all of it."""

    text: SearchText
    cards: Page[ProductCard]
    facets: Facets


class SearchIndex(Protocol):
    """The index of the catalogue. It only ever shows what is published."""

    def search(
        self,
        session: Session,
        text: SearchText,
        wanted: ProductFilter,
        page: PageRequest,
        *,
        today: date,
    ) -> Found:
        """Products that carry every term and pass the filter."""

    def suggest(self, session: Session, text: SearchText, limit: int) -> list[str]:
        """Names of products that carry every term, best sold first."""

    def apply(self, session: Session, product_ids: Sequence[int]) -> None:
        """Brings the index up to date with these products; withdrawn ones leave it."""

    def is_empty(self, session: Session) -> bool:
        """Whether it holds nothing at all: it was never built, or there is nothing to find."""

    def rebuild(self, session: Session, tell: Tell) -> int:
        """Writes the whole index anew and returns the number of products; tells how far it is."""
