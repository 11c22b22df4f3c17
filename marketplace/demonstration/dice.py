"""Chance that repeats: the same seed always makes the same county."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

from marketplace.core.money import PPM, split

Thing = TypeVar("Thing")


def dice(seed: int, *topic: object) -> Random:
    """Dice of their own for each topic, so that more of one thing does not change another."""
    # Nothing here is secret: a known seed is the point.
    return Random(f"{seed}/{'/'.join(map(str, topic))}")  # noqa: S311


def some(chance: Random, things: Sequence[Thing], count: int) -> list[Thing]:
    """So many different things, or all of them where there are fewer."""
    return chance.sample(things, min(count, len(things)))


def shares(chance: Random, count: int) -> list[int]:
    """Parts per million in whole percents that sum to the whole, the first one the largest."""
    weights = [chance.randint(60, 90), *(chance.randint(10, 30) for _ in range(count - 1))]
    return [10_000 * part for part in split(PPM // 10_000, weights)]


def rounded_price(price_fen: int, chance: Random) -> int:
    """A price up to eight percent off the usual one, ending in 80 fen like prices do."""
    moved = price_fen * chance.randint(92, 108) // 100
    return max(80, moved // 100 * 100 + 80) if price_fen % 100 else moved // 100 * 100
