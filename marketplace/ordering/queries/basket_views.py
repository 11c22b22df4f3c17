"""What is shown of a basket."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.catalogue.rules.tiers import Tier
from marketplace.livestream.rules.limits import PersonLimit


@dataclass(frozen=True)
class BasketLineView:
    """`problem` says why the line cannot be bought as it is: off_sale, too_few, over_limit,
    below_minimum."""

    variant_id: int
    product_id: int
    product_name: str
    variant_name: str
    picture: str
    price_fen: int
    quantity: int
    minimum_quantity: int
    available: int
    is_certified: bool
    problem: str | None
    # What a single pack costs, and the tier that a few packs more would reach.
    single_fen: int = 0
    next_tier: Tier | None = None
    # What a livestream that is on allows one person to buy of the product.
    limit: PersonLimit | None = None

    @property
    def line_fen(self) -> int:
        return self.price_fen * self.quantity


@dataclass(frozen=True)
class BasketGroup:
    """The lines of one producer."""

    producer_id: int
    producer_name: str
    lines: tuple[BasketLineView, ...]
    freight_fen: int

    @property
    def goods_fen(self) -> int:
        return sum(line.line_fen for line in self.lines)

    @property
    def total_fen(self) -> int:
        return self.goods_fen + self.freight_fen


@dataclass(frozen=True)
class Basket:
    groups: tuple[BasketGroup, ...]

    @property
    def count(self) -> int:
        return sum(len(group.lines) for group in self.groups)

    @property
    def goods_fen(self) -> int:
        return sum(group.goods_fen for group in self.groups)

    @property
    def freight_fen(self) -> int:
        return sum(group.freight_fen for group in self.groups)

    @property
    def total_fen(self) -> int:
        return self.goods_fen + self.freight_fen

    @property
    def countable_fen(self) -> int:
        """What certified goods would add to a quota that asks for a certificate."""
        return sum(
            line.line_fen for group in self.groups for line in group.lines if line.is_certified
        )


@dataclass(frozen=True)
class Unpaid:
    """A private purchase that was placed and is not paid yet, and when it runs out."""

    id: int
    number: str
    total_fen: int
    expires_at: datetime
