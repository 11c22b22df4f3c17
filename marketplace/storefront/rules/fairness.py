"""How evenly sales are spread over villages, in figures and in a sentence."""

from collections.abc import Iterable
from dataclasses import dataclass

from marketplace.core.errors import N_
from marketplace.core.money import PPM, ratio_ppm

TOP = 10
# Up to which Gini coefficient (parts per million) each sentence holds.
SENTENCES = (
    (300_000, N_("各村的销售比较均匀。")),
    (500_000, N_("各村的销售有差距,多数村都卖出了一些。")),
    (700_000, N_("销售比较集中,一部分村卖得多,不少村卖得少。")),
    (PPM, N_("销售集中在少数村,多数村还没有卖出或卖得很少。")),
)


@dataclass(frozen=True)
class Fairness:
    """Over all villages of an area, those without sales among them."""

    villages: int
    without_sales: int
    top_ppm: int | None
    gini_ppm: int | None

    @property
    def sentence(self) -> str:
        """What the coefficient means, in words to be translated; nothing where nothing was sold."""
        if self.gini_ppm is None:
            return ""
        return next(words for most, words in SENTENCES if self.gini_ppm <= most)

    @property
    def gini(self) -> str:
        """`0.62`, cut off."""
        return f"0.{(self.gini_ppm or 0) // 10_000:02d}" if (self.gini_ppm or 0) < PPM else "1.00"


def fairness_of(amounts: Iterable[int], villages: int) -> Fairness:
    """From what villages sold (those that sold nothing may be left out) and how many there are.

    A village that gave back more than it sold counts as one without sales. The Gini coefficient
    is 0 where all sold alike and nears 1 where one sold everything.
    """
    sold = sorted(amount for amount in amounts if amount > 0)
    number, whole = max(villages, len(sold)), sum(sold)
    if not whole:
        return Fairness(number, number, None, None)
    first = number - len(sold) + 1
    weighted = sum(place * amount for place, amount in enumerate(sold, first))
    gini_ppm = (2 * weighted - (number + 1) * whole) * PPM // (number * whole)
    return Fairness(number, number - len(sold), ratio_ppm(sum(sold[-TOP:]), whole), gini_ppm)
