"""From as many villages as so many parcels can come from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from marketplace.planner.rules.baskets import choice_of, preferred, proposal_of
from marketplace.planner.rules.fit import fit
from marketplace.planner.rules.shapes import Candidate, Problem, Proposal, candidates_of
from marketplace.planner.rules.solver import Column, Model, solve

# A parcel that nobody asked for is work for two sides: one for each so much of the gap.
FEN_A_PARCEL = 100_000
MOST_PARCELS = 12
# Of the villages of a basket, one part in so many may be given for closing the gap to the fen.
PARTS_TO_LOSE = 100
MOST_REFILLED = 12


def most_parcels(problem: Problem) -> int:
    """How many parcels a basket of this size may come in."""
    assert problem.least_parcels is not None, problem.gap_fen
    wanted = min(MOST_PARCELS, max(1, problem.gap_fen // FEN_A_PARCEL))
    return max(problem.least_parcels, wanted)


def most_villages(problem: Problem) -> Proposal | None:
    """Villages that lag count twice. What is opened is then filled up to the gap."""
    model = _VillagesModel(problem)
    solution = solve(model, model.begin())
    assert solution is not None, problem.gap_fen
    chosen = [one for one, at in model.opened if solution.values[at]]
    producers = [producer for producer, at in model.senders.items() if solution.values[at]]
    offered = preferred(one for producer in producers for one in problem.by_producer[producer])
    best: Proposal | None = None
    for opened in _openings_to_try(problem, chosen):
        fitted = _filled(problem, opened, offered)
        if fitted and (best is None or fitted.excess_fen < best.excess_fen):
            best = fitted
        if best and best.excess_fen == 0:
            break
    if best is None:
        return None
    weight = weight_of(problem, best.quantities)
    return replace(best, value=weight, bound=max(weight, -solution.bound))


def _openings_to_try(problem: Problem, chosen: list[Candidate]) -> Iterator[list[Candidate]]:
    """All that is opened; then, where what is left of the gap was too little to be closed to the
    fen, the same without one pack that few villages would miss."""
    yield chosen
    weight = _weight(problem, chosen)
    without = [[one for one in chosen if one is not out] for out in chosen]
    losses = [(weight - _weight(problem, rest), rest) for rest in without]
    few = [(loss, rest) for loss, rest in losses if loss * PARTS_TO_LOSE <= weight]
    yield from (rest for _loss, rest in sorted(few, key=lambda one: one[0])[:MOST_REFILLED])


def _filled(problem: Problem, opened: list[Candidate], offered: list[Candidate]) -> Proposal | None:
    base = {one.variant_id: one.least for one in opened}
    choices = [choice_of(one, base.get(one.variant_id, 0)) for one in offered]
    found = fit(choices, problem.gap_fen - sum(one.opening_fen for one in opened))
    return proposal_of(problem, base, found) if found else None


def weight_of(problem: Problem, packs: Mapping[int, int]) -> int:
    """The villages that a basket helps, those that lag counting twice."""
    return _weight(problem, candidates_of(problem, packs))


def _weight(problem: Problem, chosen: Sequence[Candidate]) -> int:
    helped = {village for one in chosen for village in one.villages}
    return sum(problem.weight_of(village) for village in helped)


def _openings(problem: Problem) -> list[Candidate]:
    """Of packs of one producer from the same villages, the one that costs least to open; none
    that costs more than the whole gap."""
    cheapest: dict[tuple[int, frozenset[str]], Candidate] = {}
    for one in problem.candidates:
        key = (one.producer_id, one.villages)
        known = cheapest.get(key)
        if one.opening_fen <= problem.gap_fen and (
            not known or one.opening_fen < known.opening_fen
        ):
            cheapest[key] = one
    return list(cheapest.values())


class _VillagesModel(Model):
    """Opened packs within the gap, each from a producer that sends; a village is helped where a
    pack from it is opened. What the senders have must be enough for the whole gap."""

    def __init__(self, problem: Problem) -> None:
        super().__init__()
        self.problem = problem
        self.opened = [(one, self.add(Column(0, 1))) for one in _openings(problem)]
        self.senders = {producer: self.add(Column(0, 1)) for producer in problem.by_producer}
        self.offered: dict[int, list[Candidate]] = {}
        for one in sorted(_openings(problem), key=lambda one: (one.opening_fen, one.variant_id)):
            self.offered.setdefault(one.producer_id, []).append(one)
        self.helped: dict[str, int] = {}
        growers: dict[str, list[int]] = {}
        for one, at in self.opened:
            self.require((at, 1), (self.senders[one.producer_id], -1), most=0)
            for village in one.villages:
                growers.setdefault(village, []).append(at)
        for village, places in sorted(growers.items()):
            self.helped[village] = self.add(Column(-problem.weight_of(village), 1))
            self.require((self.helped[village], 1), *((at, -1) for at in places), most=0)
        self.require(*((at, one.opening_fen) for one, at in self.opened), most=problem.gap_fen)
        self.require(*((at, 1) for at in self.senders.values()), most=most_parcels(problem))
        capacities = [(at, problem.capacities[one]) for one, at in self.senders.items()]
        self.require(*capacities, least=problem.gap_fen)

    def begin(self) -> list[int]:
        """A good choice to begin with: the sender that adds most, then the next, as long as those
        that are left can still be large enough together."""
        chosen: list[int] = []
        taken: list[Candidate] = []
        for _parcel in range(most_parcels(self.problem)):
            able = [
                one for one in self.senders if one not in chosen and self._reaches([*chosen, one])
            ]
            if not able:
                break
            tried = {one: self._opening(taken, one) for one in able}
            best = max(able, key=lambda one: (_weight(self.problem, [*taken, *tried[one]]), -one))
            taken += tried[best]
            chosen.append(best)
        return self._values(chosen, taken)

    def _reaches(self, chosen: Sequence[int]) -> bool:
        """Whether these senders with the largest others can close the gap."""
        capacities = self.problem.capacities
        free = most_parcels(self.problem) - len(chosen)
        others = sorted((capacities[one] for one in capacities if one not in chosen), reverse=True)
        within = sum(capacities[one] for one in chosen) + sum(others[:free])
        return within >= self.problem.gap_fen

    def _opening(self, taken: Sequence[Candidate], sender: int) -> list[Candidate]:
        """What a sender adds that helps another village, the cheapest first, within the gap."""
        left_fen = self.problem.gap_fen - sum(one.opening_fen for one in taken)
        helped = {village for one in taken for village in one.villages}
        added = []
        for one in self.offered.get(sender, ()):
            if one.opening_fen <= left_fen and not one.villages <= helped:
                added.append(one)
                left_fen -= one.opening_fen
                helped |= one.villages
        return added

    def _values(self, chosen: Sequence[int], taken: Sequence[Candidate]) -> list[int]:
        values = [0] * len(self.columns)
        ids = {one.variant_id for one in taken}
        for one, at in self.opened:
            values[at] = int(one.variant_id in ids)
        for sender in chosen:
            values[self.senders[sender]] = 1
        for village in {village for one in taken for village in one.villages}:
            values[self.helped[village]] = 1
        return values
