"""What reports of sessions add up, and how."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from enum import StrEnum

from marketplace.core.clock import day_of, month_of
from marketplace.core.errors import N_
from marketplace.core.money import ratio_ppm


class By(StrEnum):
    """What the rows of a report are."""

    HOST = "host"
    SESSION = "session"
    PRODUCT = "product"
    VILLAGE = "village"
    MONTH = "month"


BY_WORDS = {
    By.HOST: N_("按主播"),
    By.SESSION: N_("按场次"),
    By.PRODUCT: N_("按商品"),
    By.VILLAGE: N_("按村"),
    By.MONTH: N_("按月份"),
}
ROW_WORDS = {
    By.HOST: N_("主播名"),
    By.SESSION: N_("场次"),
    By.PRODUCT: N_("商品"),
    By.VILLAGE: N_("村"),
    By.MONTH: N_("月份"),
}


@dataclass(frozen=True)
class Sums:
    """Sums of one row. Amounts before recognition are what was ordered; recognised is what the
    books have."""

    clicks: int = 0
    left_out: int = 0
    orders: int = 0
    # Of the orders, those whose buyer came by a link.
    by_link: int = 0
    packs: int = 0
    ordered_fen: int = 0
    # What is left of it: neither called off nor refused nor given back.
    worth_fen: int = 0
    # What reached its buyer, and what of it was refused or given back.
    delivered_fen: int = 0
    returned_fen: int = 0
    recognised_fen: int = 0
    host_fen: int = 0
    agency_fen: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Sums)))

    @property
    def commission_fen(self) -> int:
        return self.host_fen + self.agency_fen

    @property
    def conversion_ppm(self) -> int | None:
        """Orders by link for each click of a person."""
        return ratio_ppm(self.by_link, self.clicks)

    @property
    def returned_ppm(self) -> int | None:
        return ratio_ppm(self.returned_fen, self.delivered_fen)


@dataclass(frozen=True)
class Fact:
    """A product in a session."""

    session_id: int
    host_id: int
    started_at: datetime
    product_id: int
    sums: Sums
    villages: frozenset[str] = frozenset()

    @property
    def month(self) -> str:
        """The month in China in which the session was held."""
        return month_of(day_of(self.started_at))


@dataclass(frozen=True)
class Row:
    """A row of a report."""

    key: str
    sums: Sums
    villages: frozenset[str] = field(default=frozenset())
    name: str = ""


KEYS: dict[By, Callable[[Fact], str]] = {
    By.HOST: lambda fact: str(fact.host_id),
    By.SESSION: lambda fact: str(fact.session_id),
    By.PRODUCT: lambda fact: str(fact.product_id),
    By.MONTH: lambda fact: fact.month,
}


def rows_of(facts: Iterable[Fact], by: By, orders: dict[int, tuple[int, int]]) -> list[Row]:
    """The facts added up by what is wanted. An order of several goods counts once in a session:
    `orders` has (orders, of them by link) of each session; only by product each good has its own.
    """
    key_of = KEYS[by]
    found: dict[str, Row] = {}
    counted: set[Hashable] = set()
    for fact in facts:
        key = key_of(fact)
        row = found.get(key, Row(key, Sums()))
        sums = fact.sums
        if by is not By.PRODUCT:
            number, by_link = (0, 0) if fact.session_id in counted else orders[fact.session_id]
            counted.add(fact.session_id)
            sums = replace(sums, orders=number, by_link=by_link)
        found[key] = replace(row, sums=row.sums + sums, villages=row.villages | fact.villages)
    return sorted(found.values(), key=lambda row: (-row.sums.worth_fen, row.key))


def total_of(facts: Iterable[Fact], orders: dict[int, tuple[int, int]]) -> Row:
    """Everything in one row."""
    sums, villages = Sums(), frozenset[str]()
    for fact in facts:
        sums, villages = sums + fact.sums, villages | fact.villages
    number = sum(pair[0] for pair in orders.values())
    by_link = sum(pair[1] for pair in orders.values())
    return Row("", replace(sums, orders=number, by_link=by_link), villages)
