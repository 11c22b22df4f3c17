"""What a plan chooses from, and what it proposes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class Strategy(StrEnum):
    FEWEST_PARCELS = "fewest_parcels"
    MOST_VILLAGES = "most_villages"
    CHEAPEST = "cheapest"


@dataclass(frozen=True)
class Candidate:
    """A pack that could be bought. `least` and `most` are packs, whole cartons of `step`."""

    variant_id: int
    producer_id: int
    price_fen: int
    step: int
    least: int
    most: int
    villages: frozenset[str]
    # Its price by weight, in parts per million of the middle of its category.
    level_ppm: int
    was_bought: bool = False
    # It keeps long enough for the unit, but not for long: what is bought of it is not wasted.
    is_expiring: bool = False

    @property
    def step_fen(self) -> int:
        return self.price_fen * self.step

    @property
    def opening_fen(self) -> int:
        """What buying any of it costs at least."""
        return self.price_fen * self.least

    @property
    def capacity_fen(self) -> int:
        return self.price_fen * self.most


@dataclass(frozen=True)
class Problem:
    """A gap to close with candidates. Freight is what a producer asks for a parcel of that size."""

    gap_fen: int
    candidates: tuple[Candidate, ...]
    lagging: frozenset[str]
    freight_fen: Mapping[int, int]

    @cached_property
    def by_producer(self) -> dict[int, list[Candidate]]:
        found: dict[int, list[Candidate]] = {}
        for candidate in self.candidates:
            found.setdefault(candidate.producer_id, []).append(candidate)
        return found

    @cached_property
    def capacities(self) -> dict[int, int]:
        """What each producer could deliver, in fen."""
        return {
            producer: sum(candidate.capacity_fen for candidate in offered)
            for producer, offered in self.by_producer.items()
        }

    @cached_property
    def least_parcels(self) -> int | None:
        """How many producers are needed at least; None where all of them are not enough."""
        left_fen = self.gap_fen
        for number, capacity in enumerate(sorted(self.capacities.values(), reverse=True), 1):
            left_fen -= capacity
            if left_fen <= 0:
                return number
        return None

    def weight_of(self, village: str) -> int:
        """A village that lags counts twice."""
        return 2 if village in self.lagging else 1


@dataclass(frozen=True)
class Proposal:
    """Packs by variant. `value` is what the strategy is about (parcels, weighted villages, price
    level in ppm); `bound` is what no basket can better. The excess is over the gap."""

    quantities: Mapping[int, int]
    total_fen: int
    excess_fen: int
    value: int
    bound: int

    @property
    def is_proven(self) -> bool:
        """Whether no basket does better at what the strategy is about."""
        return self.value == self.bound


def candidates_of(problem: Problem, quantities: Mapping[int, int]) -> list[Candidate]:
    return [one for one in problem.candidates if quantities.get(one.variant_id)]
