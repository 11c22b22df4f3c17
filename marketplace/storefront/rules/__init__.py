"""How public figures are laid out: months side by side, ranks, townships on a grid."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from marketplace.core.errors import N_, NotFound
from marketplace.core.money import ratio_ppm

# Nothing was sold here before.
FIRST_YEAR = 2020
MONTHS = 12
# Bars are drawn in whole units of a picture 100 high; the widths leave room for both years.
HEIGHT, STEP, WIDTH = 100, 20, 8
SHADES = 5


class NoLongerSold(NotFound):
    """A product that was sold here and was taken off the shelves: orders and the villages' books
    lead to it still."""

    code = "storefront.no_longer_sold"
    message = N_("这件商品已经下架,现在买不到;已下的订单照常办理。可以搜索别的商品。")


@dataclass(frozen=True)
class MonthFigure:
    """One month beside the same month of the year before, with the bars that show them."""

    month: int
    amount_fen: int
    orders: int
    last_year_fen: int
    left: int
    height: int
    last_height: int

    @property
    def top(self) -> int:
        return HEIGHT - self.height

    @property
    def last_top(self) -> int:
        return HEIGHT - self.last_height

    @property
    def middle(self) -> int:
        return self.left + WIDTH


@dataclass(frozen=True)
class Months:
    """A year by months, with its sums and its best month (None where nothing was sold)."""

    year: int
    figures: tuple[MonthFigure, ...]
    amount_fen: int
    orders: int
    last_year_fen: int
    best: MonthFigure | None

    @property
    def earlier(self) -> int | None:
        return self.year - 1 if self.year > FIRST_YEAR else None

    @property
    def later(self) -> int:
        return self.year + 1


# Key, name, note, fen, orders.
Part = tuple[str, str, str, int, int]


@dataclass(frozen=True)
class Ranked:
    """One part of a sum, with its share of the whole and its bar against the biggest."""

    key: str
    name: str
    note: str
    amount_fen: int
    orders: int
    share_ppm: int | None
    bar: int


@dataclass(frozen=True)
class Tile:
    """A township on the grid, the deeper its shade the more it sold."""

    code: str
    name: str
    amount_fen: int
    left: int
    top: int
    shade: int

    @property
    def middle(self) -> int:
        return self.left + 48

    @property
    def name_line(self) -> int:
        return self.top + 28

    @property
    def amount_line(self) -> int:
        return self.top + 50

    @property
    def short_name(self) -> str:
        """The name without its kind, as maps write it."""
        return self.name.removesuffix("镇").removesuffix("乡").removesuffix("林场")

    @property
    def amount_yuan(self) -> int:
        """Whole yuan: the fen are in the table."""
        return self.amount_fen // 100


def as_bar(value: int, most: int) -> int:
    """A height in hundredths of the biggest; what is more than nothing shows at least a line."""
    if value <= 0 or most <= 0:
        return 0
    return max(1, value * HEIGHT // most)


def lay_out_months(sums: Mapping[str, tuple[int, int]], year: int) -> Months:
    """A year from (fen, orders) by month (`2026-01`), the year before beside it."""
    pairs = [
        (sums.get(f"{year}-{month:02d}", (0, 0)), sums.get(f"{year - 1}-{month:02d}", (0, 0)))
        for month in range(1, MONTHS + 1)
    ]
    most = max(amount for pair in pairs for amount, _ in pair)
    figures = tuple(
        MonthFigure(
            month=place + 1,
            amount_fen=amount,
            orders=orders,
            last_year_fen=last,
            left=place * STEP + 2,
            height=as_bar(amount, most),
            last_height=as_bar(last, most),
        )
        for place, ((amount, orders), (last, _)) in enumerate(pairs)
    )
    best = max(figures, key=lambda figure: figure.amount_fen)
    return Months(
        year,
        figures,
        sum(figure.amount_fen for figure in figures),
        sum(figure.orders for figure in figures),
        sum(figure.last_year_fen for figure in figures),
        best if best.amount_fen > 0 else None,
    )


def rank(parts: Iterable[Part]) -> tuple[Ranked, ...]:
    """(key, name, note, fen, orders), the biggest first, each with its share of them all."""
    ordered = sorted(parts, key=lambda part: (-part[3], part[0]))
    return _with_shares(ordered, sum(part[3] for part in ordered))


def rank_with_rest(parts: Iterable[Part], whole_fen: int) -> tuple[Ranked, ...]:
    """As `rank`, for the biggest parts of a whole; what they leave is one last row without key.

    How many orders are behind that row nobody can add up: one order may have several parts.
    """
    ordered = sorted(parts, key=lambda part: (-part[3], part[0]))
    left_fen = whole_fen - sum(part[3] for part in ordered)
    rest = [("", "", "", left_fen, 0)] if left_fen else []
    return _with_shares([*ordered, *rest], whole_fen)


def _with_shares(parts: Sequence[Part], whole_fen: int) -> tuple[Ranked, ...]:
    most = max((part[3] for part in parts), default=0)
    return tuple(
        Ranked(*part, share_ppm=ratio_ppm(part[3], whole_fen), bar=as_bar(part[3], most))
        for part in parts
    )


def lay_out_tiles(
    places: Sequence[tuple[str, int, int]],
    names: Mapping[str, str],
    amounts: Mapping[str, int],
) -> tuple[Tile, ...]:
    """Townships (code, column, row) as tiles 96 wide and 68 high, in five shades."""
    most = max(amounts.values(), default=0)
    return tuple(
        Tile(
            code=code,
            name=names[code],
            amount_fen=amounts.get(code, 0),
            left=column * 100,
            top=row * 72,
            shade=_shade(amounts.get(code, 0), most),
        )
        for code, column, row in places
        if code in names
    )


def _shade(amount_fen: int, most_fen: int) -> int:
    """0 for nothing sold, then four steps up to the biggest."""
    if amount_fen <= 0 or most_fen <= 0:
        return 0
    return 1 + min(SHADES - 2, amount_fen * (SHADES - 1) // (most_fen + 1))
