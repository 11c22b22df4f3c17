"""Days that are looked at, and what is found in them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from marketplace.core.clock import bounds_of, month_of, start_of

MOST_ORDERS = 30


@dataclass(frozen=True)
class Span:
    """Days of one month, from the first until before the last.

    That a span never crosses months makes what is found the same however a stretch of time is
    cut: what is compared with earlier weeks is compared with those before the month.
    """

    from_on: date
    until_on: date

    def __post_init__(self) -> None:
        assert self.from_on < self.until_on, self
        assert month_of(self.from_on) == month_of(self.last_on), self

    @property
    def last_on(self) -> date:
        return self.until_on - timedelta(days=1)

    @property
    def since(self) -> datetime:
        return start_of(self.from_on)

    @property
    def until(self) -> datetime:
        return start_of(self.until_on)

    @property
    def month(self) -> str:
        return month_of(self.from_on)

    @property
    def month_since(self) -> datetime:
        """The first instant of the month."""
        return start_of(self.from_on.replace(day=1))

    def before_month(self, days: int) -> datetime:
        """An instant so many days before the month began."""
        return start_of(self.from_on.replace(day=1) - timedelta(days=days))


def first_part(from_on: date, until_on: date) -> Span:
    """As much of these days as lies in the month of the first."""
    _first, after = bounds_of(month_of(from_on))
    return Span(from_on, min(after, until_on))


def parts_of(from_on: date, until_on: date) -> Iterator[Span]:
    """These days month by month."""
    while from_on < until_on:
        part = first_part(from_on, until_on)
        yield part
        from_on = part.until_on


@dataclass(frozen=True)
class OrderRef:
    """An order that a flag rests on; unit and producer say which side may read it."""

    id: int
    number: str
    amount_fen: int
    unit_id: int | None
    producer_id: int


@dataclass(frozen=True)
class Flag:
    """Something found. The key names the subject within its kind: found again, it is the same."""

    key: str
    subject: tuple[str, int]
    happened_on: date
    unit_id: int | None = None
    producer_id: int | None = None
    figures: Mapping[str, int | str | list[str]] = field(default_factory=dict)
    orders: Sequence[OrderRef] = ()
    # Other things by their kind: ids of products, workshops, invoices, photographs.
    things: Mapping[str, Sequence[int]] = field(default_factory=dict)
    # Who is concerned in person: they do not close it.
    people: Sequence[int] = ()

    def evidence(self, thresholds: Mapping[str, int]) -> dict[str, Any]:
        """All that it rests on, as it was when it was found."""
        return {
            "thresholds": dict(thresholds),
            "figures": dict(self.figures),
            "orders": [vars(one) for one in self.orders[:MOST_ORDERS]],
            "more_orders": max(0, len(self.orders) - MOST_ORDERS),
            "things": {name: list(ids[:MOST_ORDERS]) for name, ids in self.things.items()},
            "people": sorted(set(self.people)),
        }
