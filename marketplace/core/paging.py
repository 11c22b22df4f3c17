"""Pages of a list: bounded, and the same words for pages and API."""

from collections.abc import Iterator, Sequence
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
    # How many of them can be turned to, where the list is longer than anybody reads.
    reach: int | None = None

    @property
    def pages(self) -> int:
        within = self.total if self.reach is None else min(self.total, self.reach)
        return max(1, -(-within // self.per_page))

    @property
    def numbers(self) -> list[int]:
        """The pages worth a link: the first, the last, and those around this one."""
        around = range(self.page - 1, self.page + 2)
        return sorted({1, self.pages, *(n for n in around if 1 <= n <= self.pages)})

    @property
    def has_next(self) -> bool:
        return self.page < self.pages

    @property
    def first(self) -> int:
        return (self.page - 1) * self.per_page + 1 if self.items else 0

    @property
    def last(self) -> int:
        return (self.page - 1) * self.per_page + len(self.items)


def page_of(items: Sequence[Item], wanted: PageRequest) -> Page[Item]:
    """A page of what was read as a whole, because only the whole can be put in order."""
    part = items[wanted.offset : wanted.offset + wanted.per_page]
    return Page(part, wanted.page, wanted.per_page, len(items))


def in_parts(items: Sequence[Item], most: int) -> Iterator[Sequence[Item]]:
    """The items in runs of at most so many: a statement takes only so many values at once."""
    for start in range(0, len(items), most):
        yield items[start : start + most]
