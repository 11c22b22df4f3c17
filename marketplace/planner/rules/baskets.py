"""A basket as packs: what may be added to it, and what it adds up to."""

from collections.abc import Iterable, Mapping

from marketplace.planner.rules.fit import Choice, Fit
from marketplace.planner.rules.shapes import Candidate, Problem, Proposal, candidates_of


def choice_of(candidate: Candidate, taken: int = 0) -> Choice:
    """What is left of a candidate of which some packs are taken."""
    return Choice(
        candidate.variant_id,
        candidate.step_fen,
        0 if taken else candidate.least // candidate.step,
        (candidate.most - taken) // candidate.step,
    )


def preferred(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Known goods first, then what would else expire, then what is cheap for its kind."""
    return sorted(
        candidates,
        key=lambda one: (not one.was_bought, not one.is_expiring, one.level_ppm, one.variant_id),
    )


def proposal_of(
    problem: Problem, base: Mapping[int, int], found: Fit, worth: tuple[int, int] = (0, 0)
) -> Proposal:
    """Packs of the base and of what was fitted, with everything added up anew."""
    steps = {one.variant_id: one.step for one in problem.candidates}
    packs = dict(base)
    for key, number in found.steps.items():
        packs[key] = packs.get(key, 0) + number * steps[key]
    chosen = candidates_of(problem, packs)
    for one in chosen:
        number = packs[one.variant_id]
        assert one.least <= number <= one.most, (one, number)
        assert number % one.step == 0, (one, number)
    total_fen = sum(one.price_fen * packs[one.variant_id] for one in chosen)
    assert total_fen >= problem.gap_fen, (total_fen, problem.gap_fen)
    return Proposal(packs, total_fen, total_fen - problem.gap_fen, *worth)
