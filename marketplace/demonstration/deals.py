"""Who bought what and when: eighteen months of buying, with its seasons."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random

from marketplace.core.clock import start_of
from marketplace.demonstration.airings import Airing, on_air
from marketplace.demonstration.dice import dice
from marketplace.demonstration.goods import Goods, Pack
from marketplace.demonstration.makers import Maker

# How busy each month is: the spring festival, the dragon boat and mid-autumn festivals, and
# the rush at the end of the year when quotas fall due.
SEASON = (16, 5, 6, 7, 10, 10, 7, 8, 15, 8, 14, 22)
AT_HOME_SHARE = 0.8
RETAIL_SHARE = 0.06
FUNDS = ("CANTEEN", "CANTEEN", "CANTEEN", "UNION", "UNION", "OTHER")


@dataclass(frozen=True)
class Buyer:
    """A unit's buyer with the approver, or a person who buys for themselves."""

    person_id: int
    name: str
    address: str
    unit_id: int | None = None
    approver_id: int | None = None
    division_code: str = ""
    headcount: int = 0


@dataclass(frozen=True)
class Deal:
    """A purchase: what is wanted of each producer."""

    buyer: Buyer
    fund: str
    payment_terms: str
    # The session it was bought in, if any.
    airing: Airing | None
    placed_at: datetime
    baskets: tuple[tuple[Maker, tuple[tuple[Pack, int], ...]], ...]
    # COMPLETED unless it left the road: CANCELLED, DECLINED, EXPIRED.
    fate: str
    # Whether the buyer typed the host's code; else they followed a link.
    by_code: bool = False

    @property
    def channel(self) -> str:
        return "SHOP" if self.airing is None else "LIVE"

    @property
    def code_host_id(self) -> int | None:
        return self.airing.host_id if self.airing and self.by_code else None

    @property
    def touches(self) -> list[list[int]] | None:
        """The link that was followed a few minutes before, as a browser brings it."""
        if self.airing is None or self.by_code:
            return None
        (_maker, wanted), *_ = self.baskets
        offered = self.airing.offers[wanted[0][0].product.product_id]
        clicked_at = max(self.airing.started_at, self.placed_at - timedelta(minutes=7))
        return [[offered.link_id, int(clicked_at.timestamp())]]


@dataclass(frozen=True)
class Market:
    """Everybody who buys and everything that is sold."""

    units: Sequence[Buyer]
    shoppers: Sequence[Buyer]
    goods: Sequence[Goods]
    airings: Sequence[Airing] = ()
    # Whether units prefer what their own county makes.
    buys_at_home: bool = False


def moments(count: int, first: date, last: date, seed: int) -> list[datetime]:
    """So many instants of buying, in order, following the seasons and office hours."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    weights = [SEASON[day.month - 1] * (5 if day.weekday() < 5 else 1) for day in days]
    chance = dice(seed, "moments")
    chosen = chance.choices(days, cum_weights=list(accumulate(weights)), k=count)
    return sorted(
        start_of(day) + timedelta(seconds=chance.randint(30_600, 64_000)) for day in chosen
    )


class Buying:
    """Makes the deals of a market, one instant after the other."""

    def __init__(self, market: Market, deals: int, seed: int) -> None:
        self.market = market
        self.chance = dice(seed, "deals")
        by_maker: dict[int, list[Goods]] = {}
        for goods in market.goods:
            by_maker.setdefault(goods.maker.producer_id, []).append(goods)
        self.shelves = list(by_maker.values())
        self.shelves_of: dict[str, list[list[Goods]]] = {}
        for shelf in self.shelves:
            self.shelves_of.setdefault(shelf[0].maker.home.county_code, []).append(shelf)
        zeal = [self.chance.uniform(0.4, 1.6) for _ in market.units]
        self.zeal = list(accumulate(zeal))
        # What a unit spends in one go, so that a year comes to roughly its target.
        each = 0.9 * deals * (1 - RETAIL_SHARE) / max(1, len(market.units))
        self.fen_per_head = int(50_000 * 1.5 * 0.75 / max(1.0, each))

    def deals(self, instants: Sequence[datetime]) -> Iterator[Deal]:
        for placed_at in instants:
            deal = self._deal(placed_at)
            if deal.baskets:
                yield deal

    def _deal(self, placed_at: datetime) -> Deal:
        airing = on_air(self.market.airings, placed_at)
        if airing is not None:
            return self._live(placed_at, airing)
        retail = self.chance.random() < RETAIL_SHARE
        return self._retail(placed_at) if retail else self._unit(placed_at)

    def _unit(self, placed_at: datetime) -> Deal:
        chance = self.chance
        buyer = chance.choices(self.market.units, cum_weights=self.zeal)[0]
        budget_fen = buyer.headcount * self.fen_per_head * chance.randint(60, 140) // 100
        makers = 2 if chance.random() < 0.25 else 1
        near = self._near(buyer)
        shelves = chance.sample(near, min(makers, len(near)))
        baskets = [self._basket(shelf, placed_at, budget_fen // makers) for shelf in shelves]
        return Deal(
            buyer,
            chance.choice(FUNDS),
            "POSTPAY" if chance.random() < 0.3 else "PREPAY",
            None,
            placed_at,
            tuple(basket for basket in baskets if basket[1]),
            self._fate(),
        )

    def _near(self, buyer: Buyer) -> list[list[Goods]]:
        """Whose goods a unit looks at: mostly those of its county, where that is wanted."""
        at_home = self.market.buys_at_home and self.chance.random() < AT_HOME_SHARE
        return (
            self.shelves_of.get(buyer.division_code[:6], self.shelves) if at_home else self.shelves
        )

    def _retail(self, placed_at: datetime) -> Deal:
        chance = self.chance
        shelf = chance.choice(self.shelves)
        basket = self._basket(shelf, placed_at, chance.randint(2_000, 24_000))
        buyer = chance.choice(self.market.shoppers)
        baskets = (basket,) if basket[1] else ()
        return Deal(buyer, "INDIVIDUAL", "PREPAY", None, placed_at, baskets, self._fate())

    def _live(self, placed_at: datetime, airing: Airing) -> Deal:
        """A viewer buys what is shown, of one producer, by its link or with the host's code."""
        chance = self.chance
        first = chance.choice(airing.goods)
        shelf = [goods for goods in airing.goods if goods.maker is first.maker]
        basket = self._basket(shelf, placed_at, chance.randint(4_000, 32_000))
        buyer = chance.choice(self.market.shoppers)
        by_code = chance.random() < 0.35
        fate = self._fate()
        return Deal(buyer, "INDIVIDUAL", "PREPAY", airing, placed_at, (basket,), fate, by_code)

    def _basket(
        self, shelf: Sequence[Goods], placed_at: datetime, budget_fen: int
    ) -> tuple[Maker, tuple[tuple[Pack, int], ...]]:
        chance = self.chance
        offered = [goods for goods in shelf if goods.published_at <= placed_at]
        chosen = chance.sample(offered, min(len(offered), chance.choice((1, 1, 2, 3))))
        lines = []
        for goods in chosen:
            pack = chance.choice(goods.packs)
            quantity = budget_fen // len(chosen) // pack.price_fen
            lines.append((pack, min(5_000, max(pack.minimum_quantity, quantity))))
        return shelf[0].maker, tuple(lines)

    def _fate(self) -> str:
        return self.chance.choices(
            ("COMPLETED", "CANCELLED", "DECLINED", "EXPIRED"), cum_weights=(950, 975, 990, 1000)
        )[0]


def hours(chance: Random, least: int, most: int) -> timedelta:
    return timedelta(minutes=chance.randint(least * 60, most * 60))
