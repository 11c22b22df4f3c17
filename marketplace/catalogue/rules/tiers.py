"""Tier prices: from so many packs on, each pack costs less."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from marketplace.core.errors import N_, FieldError

MOST_TIERS = 5
MOST_PACKS = 1_000_000

TOO_MANY_TIERS = N_("最多设 5 档阶梯价。")
FROM_TWO_ON = N_("起始件数要在 2 到 1000000 之间。")
FROM_RISES = N_("每一档的起始件数要比上一档多。")
PRICE_FALLS = N_("每一档的单价要比上一档(第一档比单件价)低,并且大于零。")


@dataclass(frozen=True, order=True)
class Tier:
    """From so many packs on, each costs this."""

    from_quantity: int
    price_fen: int


def price_at(price_fen: int, tiers: Iterable[Tier], quantity: int) -> int:
    """What each of so many packs costs. More packs never cost more each."""
    reached = (tier.price_fen for tier in tiers if tier.from_quantity <= quantity)
    return min(price_fen, min(reached, default=price_fen))


def next_tier(tiers: Iterable[Tier], quantity: int) -> Tier | None:
    """The tier that a few packs more would reach."""
    return min((tier for tier in tiers if tier.from_quantity > quantity), default=None)


def wrong_tiers(price_fen: int, tiers: Sequence[Tier]) -> list[FieldError]:
    """Rising quantities and strictly falling prices; what is not, by the row of the form."""
    if len(tiers) > MOST_TIERS:
        return [FieldError("from-1", TOO_MANY_TIERS)]
    errors = []
    before = Tier(1, price_fen)
    for place, tier in enumerate(tiers, 1):
        if not 2 <= tier.from_quantity <= MOST_PACKS:
            errors.append(FieldError(f"from-{place}", FROM_TWO_ON))
        elif tier.from_quantity <= before.from_quantity:
            errors.append(FieldError(f"from-{place}", FROM_RISES))
        if not 0 < tier.price_fen < before.price_fen:
            errors.append(FieldError(f"price-{place}", PRICE_FALLS))
        before = tier
    return errors


def read_tiers(packed: str | None) -> tuple[Tier, ...]:
    """Tiers as a query packs them into one word: `10:5800 50:5500`, in any order."""
    pairs = (word.split(":") for word in (packed or "").split())
    return tuple(sorted(Tier(int(start), int(price)) for start, price in pairs))
