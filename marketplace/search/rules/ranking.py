"""The order of products that match equally well: what people buy, can have, and may trust."""

from dataclasses import dataclass

# The number of the product takes the lowest bits, so that no two keys are equal.
ID_BITS = 31
ID_MASK = (1 << ID_BITS) - 1
SOLD_BITS = 24
MOST_SOLD = (1 << SOLD_BITS) - 1
# A product of which nothing is left stands below one that sold a thousand times less.
IN_STOCK_POINTS = 20
CERTIFIED_POINTS = 4


@dataclass(frozen=True)
class Standing:
    """Why a product stands where it does among its equals."""

    sales_points: int
    stock_points: int
    certified_points: int

    @property
    def points(self) -> int:
        return self.sales_points + self.stock_points + self.certified_points


def standing_of(sold: int, *, available: bool, certified: bool) -> Standing:
    """Two points each time sales double."""
    return Standing(
        2 * max(0, sold).bit_length(),
        IN_STOCK_POINTS if available else 0,
        CERTIFIED_POINTS if certified else 0,
    )


def standing_in(rank: int) -> tuple[int, int]:
    """The points and the pieces sold that a rank was made of."""
    above = rank >> ID_BITS
    return above >> SOLD_BITS, above & MOST_SOLD


def rank_of(standing: Standing, sold: int, product_id: int) -> int:
    """One number for the order among equals; no two products share it."""
    sold = min(max(0, sold), MOST_SOLD)
    return (((standing.points << SOLD_BITS) | sold) << ID_BITS) | product_id


def keyed(value: int, product_id: int) -> int:
    """A number to order by that no two products share."""
    return (min(max(0, value), ID_MASK) << ID_BITS) | product_id


def product_of(key: int) -> int:
    return key & ID_MASK
