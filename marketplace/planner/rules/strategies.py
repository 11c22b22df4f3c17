"""Three ways to close a gap: in few parcels, from many villages, at a low price."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import count

from marketplace.core.money import PPM
from marketplace.planner.rules.baskets import choice_of, preferred, proposal_of
from marketplace.planner.rules.fit import fit
from marketplace.planner.rules.shapes import Candidate, Problem, Proposal, Strategy, candidates_of
from marketplace.planner.rules.solver import Column, Model, solve
from marketplace.planner.rules.villages import most_villages

# No pack alone makes up more than this part of a basket, where there are others.
MOST_PART = 4
# So many of the best by price are weighed against each other; the bound is over all.
MOST_WEIGHED = 300
MOST_TRIED = 60


def propose(problem: Problem, strategy: Strategy) -> Proposal | None:
    """A basket that closes the gap; None where what is for sale is not enough."""
    if problem.gap_fen <= 0 or problem.least_parcels is None:
        return None
    return _STRATEGIES[strategy](problem)


def fewest_parcels(problem: Problem) -> Proposal | None:
    """As few producers as can be; among single ones the one that comes closest to the gap."""
    number = problem.least_parcels
    assert number is not None, problem.gap_fen
    ranked = sorted(problem.capacities, key=lambda one: (-problem.capacities[one], one))
    if number > 1:
        return _from(problem, ranked[:number], number)
    able = [one for one in ranked if problem.capacities[one] >= problem.gap_fen]
    best: Proposal | None = None
    for producer in sorted(able, key=lambda one: _appeal(problem, one))[:MOST_TRIED]:
        found = _from(problem, [producer], 1)
        if found and (best is None or found.excess_fen < best.excess_fen):
            best = found
        if best and best.excess_fen == 0:
            break
    return best


def _appeal(problem: Problem, producer: int) -> tuple[int, bool, bool, int, int]:
    """Cheap freight first, then goods that the unit knows, then those that would else expire,
    then villages that lag."""
    offered = problem.by_producer[producer]
    lagging = {village for one in offered for village in one.villages} & problem.lagging
    known = any(one.was_bought for one in offered)
    expiring = any(one.is_expiring for one in offered)
    freight_fen = problem.freight_fen.get(producer, 0)
    return freight_fen, not known, not expiring, -len(lagging), producer


def _from(problem: Problem, producers: Sequence[int], parcels: int) -> Proposal | None:
    offered = [one for producer in producers for one in problem.by_producer[producer]]
    found = fit([choice_of(one) for one in preferred(offered)], problem.gap_fen)
    return proposal_of(problem, {}, found, (parcels, parcels)) if found else None


def cheapest(problem: Problem) -> Proposal | None:
    """At the lowest price by weight, compared within each category, freight included."""
    weighed = _weighed(problem)
    model, numbers = _price_model(problem, weighed)
    solution = solve(model)
    if solution is None:
        return None
    packs = {
        one.variant_id: solution.values[at] * one.step
        for one, at in zip(weighed, numbers, strict=True)
        if solution.values[at]
    }
    base = _loosened(problem, packs)
    chosen = candidates_of(problem, packs)
    spent_fen = sum(one.price_fen * base.get(one.variant_id, 0) for one in chosen)
    choices = [choice_of(one, base.get(one.variant_id, 0)) for one in preferred(chosen)]
    found = fit(choices, problem.gap_fen - spent_fen)
    if found is None:
        return None
    fitted = proposal_of(problem, base, found)
    level = level_ppm(problem, fitted.quantities)
    return replace(fitted, value=level, bound=min(level, least_level_ppm(problem)))


def _part_fen(problem: Problem) -> int:
    return max(1, problem.gap_fen // MOST_PART)


def _most_of(problem: Problem, one: Candidate) -> int:
    """Packs of a candidate in one basket: not all of the gap, where there are others."""
    packs = _part_fen(problem) // one.step_fen * one.step
    return min(one.most, max(one.least, packs))


def _weighed(problem: Problem) -> list[Candidate]:
    """The best by price, but as many as it takes to close the gap."""
    ranked = sorted(problem.candidates, key=lambda one: (_level(one), one.variant_id))
    chosen: list[Candidate] = []
    capacity_fen = 0
    for place, one in zip(count(), ranked, strict=False):
        if place >= MOST_WEIGHED and capacity_fen >= 2 * problem.gap_fen:
            break
        chosen.append(one)
        capacity_fen += one.price_fen * _most_of(problem, one)
    return chosen


def _level(one: Candidate) -> int:
    """The price level; what the unit bought and was content with, or what would else expire,
    counts a twentieth less."""
    favoured = one.was_bought or one.is_expiring
    return one.level_ppm * 19 // 20 if favoured else one.level_ppm


def _price_model(problem: Problem, weighed: Sequence[Candidate]) -> tuple[Model, list[int]]:
    """Steps of each pack, none or at least its first ones; a sender's freight is paid once."""
    model = Model()
    senders = {
        producer: model.add(Column(problem.freight_fen.get(producer, 0), 1))
        for producer in sorted({one.producer_id for one in weighed})
    }
    numbers, sums = [], []
    within = sum(one.price_fen * _most_of(problem, one) for one in weighed) >= problem.gap_fen
    for one in weighed:
        most = (_most_of(problem, one) if within else one.most) // one.step
        at = model.add(Column(one.step_fen * _level(one) // PPM, most))
        if one.least > one.step:
            opened = model.add(Column(0, 1))
            model.require((at, 1), (opened, -(one.least // one.step)), least=0)
            model.require((at, 1), (opened, -most), most=0)
        if problem.freight_fen.get(one.producer_id, 0):
            model.require((at, 1), (senders[one.producer_id], -most), most=0)
        numbers.append(at)
        sums.append((at, one.step_fen))
    model.require(*sums, least=problem.gap_fen)
    return model, numbers


def _loosened(problem: Problem, packs: Mapping[int, int]) -> dict[int, int]:
    """A basket with a few steps taken out again, so that the rest can be made to fit."""
    loose = {}
    for one in candidates_of(problem, packs):
        loose[one.variant_id] = max(one.least, packs[one.variant_id] - 3 * one.step)
    spent_fen = sum(one.price_fen * loose[one.variant_id] for one in candidates_of(problem, packs))
    return loose if spent_fen <= problem.gap_fen else {}


def level_ppm(problem: Problem, packs: Mapping[int, int]) -> int:
    """What a basket costs, freight included, against the middle prices of its categories."""
    chosen = candidates_of(problem, packs)
    total_fen = sum(one.price_fen * packs[one.variant_id] for one in chosen)
    levels = sum(one.price_fen * packs[one.variant_id] * _level(one) for one in chosen)
    freight_fen = sum(
        problem.freight_fen.get(one, 0) for one in {one.producer_id for one in chosen}
    )
    return (levels + freight_fen * PPM) // total_fen


def least_level_ppm(problem: Problem) -> int:
    """No basket that closes the gap has a lower level: the cheapest goods, freight left out,
    cut where the gap ends. What lies above the gap only raises it."""
    left_fen, levels = problem.gap_fen, 0
    for one in sorted(problem.candidates, key=_level):
        taken_fen = min(left_fen, one.capacity_fen)
        levels += taken_fen * _level(one)
        left_fen -= taken_fen
        if left_fen == 0:
            break
    return levels // problem.gap_fen


_STRATEGIES: Mapping[Strategy, Callable[[Problem], Proposal | None]] = {
    Strategy.FEWEST_PARCELS: fewest_parcels,
    Strategy.MOST_VILLAGES: most_villages,
    Strategy.CHEAPEST: cheapest,
}
