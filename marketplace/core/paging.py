"""Pages of a list: bounded, and the same words for pages and API."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")

PER_PAGE = 24
MAX_PER_PAGE = 100
MAX_PAGE = 10_000


@dataclass(frozen=True)
class PageRequest:
    """Which page is wanted; nonsense is brought to the nearest page that can exist."""

    page: int = 1
    per_page: int = PER_PAGE

    @classmethod
    def of(cls, page: int, per_page: int = PER_PAGE) -> "PageRequest":
        return cls(min(max(page, 1), MAX_PAGE), min(max(per_page, 1), MAX_PER_PAGE))

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.per_page


@dataclass(frozen=True)
class Page(Generic[Item]):
    items: Sequence[Item]
    page: int
    per_page: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.per_page))

    @property
    def has_next(self) -> bool:
        return self.page < self.pages

    @property
    def first(self) -> int:
        return (self.page - 1) * self.per_page + 1 if self.items else 0

    @property
    def last(self) -> int:
        return (self.page - 1) * self.per_page + len(self.items)
