"""Hitting a sum: the least amount not below what is wanted that packs can add up to.

The sums that can be reached are the bits of one large number: adding a pack is a shift.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import gcd

# Beyond so many different sums the wish is met nearly, by filling first.
MOST_SUMS = 1_500_000
# So much of the gap is spread evenly over so many packs before the rest is made to fit.
SPREAD_PERCENT = 80
LEAST_SPREAD = 8


@dataclass(frozen=True)
class Choice:
    """Steps of one pack: none, or at least `first`, at most `most`."""

    key: int
    step_fen: int
    first: int
    most: int


Steps = dict[int, int]


@dataclass(frozen=True)
class Fit:
    """How many steps of each choice; `is_least` where no other steps come closer."""

    steps: Steps
    sum_fen: int
    is_least: bool


def fit(choices: Sequence[Choice], wanted_fen: int) -> Fit | None:
    """Steps that add up to the wanted sum or the least above it, spread over several packs.

    None where all of them together are not enough.
    """
    if sum(one.step_fen * one.most for one in choices) < wanted_fen:
        return None
    spread = _spread(choices, _budget(choices, wanted_fen))
    further = [_beyond(one, spread.get(one.key, 0)) for one in choices]
    near = least_above(further, wanted_fen - _sum(choices, spread))
    assert near is not None, wanted_fen
    steps = {one.key: spread.get(one.key, 0) + near.get(one.key, 0) for one in choices}
    found = _fit(choices, steps, wanted_fen)
    if found.is_least or wanted_fen // _unit_of(choices) > MOST_SUMS:
        return found
    whole = least_above(choices, wanted_fen)
    assert whole is not None, wanted_fen
    return replace(_fit(choices, whole, wanted_fen), is_least=True)


def _budget(choices: Sequence[Choice], wanted_fen: int) -> int:
    """What is spread before the rest is made to fit: the more, the larger the sum."""
    most_fitted_fen = MOST_SUMS // 2 * _unit_of(choices)
    return max(wanted_fen * SPREAD_PERCENT // 100, wanted_fen - most_fitted_fen)


def _fit(choices: Sequence[Choice], steps: Steps, wanted_fen: int) -> Fit:
    taken = {key: number for key, number in steps.items() if number}
    sum_fen = _sum(choices, taken)
    assert sum_fen >= wanted_fen, (sum_fen, wanted_fen)
    return Fit(taken, sum_fen, is_least=sum_fen == wanted_fen)


def _sum(choices: Sequence[Choice], steps: Steps) -> int:
    return sum(one.step_fen * steps.get(one.key, 0) for one in choices)


def _beyond(choice: Choice, taken: int) -> Choice:
    """What is left of a choice of which some steps are taken already."""
    return replace(choice, first=0, most=choice.most - taken) if taken else choice


def _spread(choices: Sequence[Choice], budget_fen: int) -> Steps:
    """The same money for each of the first few, or of as many as it takes."""
    few: list[Choice] = []
    capacity_fen = 0
    for one in choices:
        if len(few) >= LEAST_SPREAD and capacity_fen >= budget_fen:
            break
        few.append(one)
        capacity_fen += one.step_fen * one.most
    steps: Steps = {}
    # The scarcest first, so that what they lack is shared by those that have more.
    for place, one in enumerate(sorted(few, key=lambda one: one.step_fen * one.most)):
        number = min(budget_fen // (len(few) - place) // one.step_fen, one.most)
        if number >= max(1, one.first):
            steps[one.key] = number
            budget_fen -= number * one.step_fen
    return steps


def _unit_of(choices: Sequence[Choice]) -> int:
    return gcd(*(one.step_fen for one in choices)) or 1


def least_above(choices: Sequence[Choice], wanted_fen: int) -> Steps | None:
    """The steps whose sum is the least that is not below what is wanted; None where none is."""
    if wanted_fen <= 0:
        return {}
    unit = _unit_of(choices)
    wanted = -(-wanted_fen // unit)
    sizes = [one.step_fen // unit for one in choices]
    # Taking any one opening too much is always enough of a margin to find the least above.
    margin = max(size * max(1, one.first) for size, one in zip(sizes, choices, strict=True))
    mask = (1 << (wanted + margin + 1)) - 1
    reached = [1]
    for size, one in zip(sizes, choices, strict=True):
        reached.append(_widen(reached[-1], size, one, mask))
        if reached[-1] >> wanted & 1:
            break
    above = reached[-1] >> wanted
    if not above:
        return None
    goal = wanted + (above & -above).bit_length() - 1
    return _trace(reached, sizes, choices, goal)


def _widen(reached: int, size: int, choice: Choice, mask: int) -> int:
    """The sums that can be reached when a choice may be added."""
    if choice.most < max(1, choice.first):
        return reached
    first = max(1, choice.first)
    opened = (reached << (size * first)) & mask
    left, run = choice.most - first, 1
    # Runs of 1, 2, 4 … and the rest add up to every number of steps.
    while left > 0 and opened:
        taken = min(run, left)
        opened |= (opened << (size * taken)) & mask
        left -= taken
        run *= 2
    return reached | opened


def _trace(reached: list[int], sizes: list[int], choices: Sequence[Choice], goal: int) -> Steps:
    """How the goal was reached, from the last choice back to the first."""
    steps: Steps = {}
    for place in range(len(reached) - 1, 0, -1):
        size, one = sizes[place - 1], choices[place - 1]
        number = 0
        while not _was_reached(reached[place - 1], goal - number * size):
            number = max(1, one.first) if number == 0 else number + 1
            assert number <= one.most, (goal, one)
        if number:
            steps[one.key] = number
            goal -= number * size
    assert goal == 0, goal
    return steps


def _was_reached(reached: int, sum_: int) -> bool:
    return sum_ >= 0 and bool(reached >> sum_ & 1)
