"""A plan for a unit: the gap of its year, what is for sale, and a basket that closes it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median_low
from typing import Any

from sqlalchemy.orm import Session

from marketplace.attribution.queries import parts_of
from marketplace.catalogue.queries.plannable import PlannablePack, list_plannable
from marketplace.catalogue.rules.keeping import NEAR_EXPIRY_DAYS, near_expiry
from marketplace.core.clock import start_of
from marketplace.core.money import PPM
from marketplace.geography.queries import Place, places_of
from marketplace.geography.rules import county_of
from marketplace.ordering.queries import Basket, price_basket
from marketplace.ordering.queries.experience import Experience, experience_of
from marketplace.planner.rules.explanation import Explanation, explain, why_none
from marketplace.planner.rules.shapes import Candidate, Problem, Proposal, Strategy
from marketplace.planner.rules.strategies import propose
from marketplace.producers.queries import tariffs_of
from marketplace.producers.rules import Load, freight_of
from marketplace.quota.queries import rules_in_force
from marketplace.quota.rules import Progress, Rule
from marketplace.reports.queries import unit_year
from marketplace.units.queries import get_unit

MOST_PACKS = 5_000
# Goods are on their way for a while, and a store is not emptied in a day.
KEEPS_FOR = timedelta(days=30)
REMEMBERED = timedelta(days=730)
# Far below the middle it is no longer the same thing: water is not cheap tea.
LEAST_LEVEL_PPM = 500_000


@dataclass(frozen=True)
class Plan:
    """A basket that closes what is missing beyond what is already on its way."""

    unit_id: int
    year: int
    strategy: Strategy
    progress: Progress | None
    missing_fen: int
    proposal: Proposal | None
    basket: Basket
    villages: tuple[Place, ...]
    explanation: Explanation

    @property
    def parcels(self) -> int:
        return len(self.basket.groups)


def plan(session: Session, unit_id: int, year: int, strategy: Strategy, today: date) -> Plan:
    """What to buy. A year that is over has no plan: nothing bought now counts in it."""
    unit = get_unit(session, unit_id)
    standing = unit_year(session, unit_id, year, today)
    targets = [rule for rule in standing.rules if not rule.is_cap and rule.target_fen]
    progress = max(targets, key=missing_of, default=None)
    missing_fen = missing_of(progress) if progress and year == today.year else 0
    if not missing_fen or progress is None:
        found = Explanation(why_none(progress, is_this_year=year == today.year))
        return Plan(unit_id, year, strategy, progress, 0, None, Basket(()), (), found)
    in_force = rules_in_force(session, year, unit.division_code)
    rule = next(one for one in in_force if one.rule_id == progress.rule_id)
    county = county_of(unit.division_code)
    packs = _packs(session, rule, county, today)
    experience = experience_of(session, unit_id, start_of(today - REMEMBERED))
    problem = _problem(session, missing_fen, packs, experience, (county, today, unit.address))
    proposal = propose(problem, strategy)
    quantities = dict(proposal.quantities) if proposal else {}
    basket = price_basket(session, quantities, today, unit.address)
    helped = {village for one in packs if one.variant_id in quantities for village in one.villages}
    known = places_of(session, helped)
    villages = tuple(known[code] for code in sorted(helped))
    lagging = sum(code in problem.lagging for code in helped)
    liked = sum(one.product_id in experience.liked for one in packs if one.variant_id in quantities)
    soon = sum(one.is_expiring for one in problem.candidates if one.variant_id in quantities)
    waste = (soon, NEAR_EXPIRY_DAYS, KEEPS_FOR.days)
    facts = (len(basket.groups), len(helped), lagging, liked, *waste)
    found = explain(strategy, proposal, facts)
    return Plan(unit_id, year, strategy, progress, missing_fen, proposal, basket, villages, found)


def list_lines(found: Plan) -> list[dict[str, Any]]:
    """The lines of a plan, each with its producer."""
    return [
        {
            **vars(line),
            "line_fen": line.line_fen,
            "producer_id": group.producer_id,
            "producer_name": group.producer_name,
        }
        for group in found.basket.groups
        for line in group.lines
    ]


def missing_of(progress: Progress) -> int:
    """What neither counts nor is on its way."""
    return max(0, progress.gap_fen - progress.waiting_fen)


def _packs(session: Session, rule: Rule, county: str, today: date) -> list[PlannablePack]:
    """Packs that would count under the rule and that keep long enough."""
    packs = list_plannable(
        session,
        county,
        today,
        today + KEEPS_FOR,
        certified=rule.certificate_required,
        most=MOST_PACKS,
    )
    if not rule.origin_prefixes:
        return packs
    return [
        one
        for one in packs
        if all(village.startswith(rule.origin_prefixes) for village in one.villages)
    ]


def _problem(
    session: Session,
    missing_fen: int,
    packs: list[PlannablePack],
    experience: Experience,
    place: tuple[str, date, str],
) -> Problem:
    county, today, address = place
    _first, last = near_expiry(today)
    levels = _levels(packs)
    least = {one.variant_id: _whole(one.minimum_quantity, one.carton_quantity) for one in packs}
    # Tier prices: a plan stays within the packs that cost the same each, so that its sums are
    # exactly what is charged.
    candidates = tuple(
        Candidate(
            variant_id=one.variant_id,
            producer_id=one.producer_id,
            price_fen=one.price_for(least[one.variant_id]),
            step=one.carton_quantity,
            least=least[one.variant_id],
            most=one.most_at_one_price(least[one.variant_id])
            // one.carton_quantity
            * one.carton_quantity,
            villages=one.villages,
            level_ppm=levels[one.variant_id],
            was_bought=one.product_id in experience.liked,
            is_expiring=one.first_expires_on is not None and one.first_expires_on <= last,
        )
        for one in packs
        if one.product_id not in experience.disliked and least[one.variant_id] <= one.available
    )
    producers = {one.producer_id for one in candidates}
    load = Load(goods_fen=missing_fen, address=address)
    freight = {
        producer: int(freight_of(load, tariff))
        for producer, tariff in tariffs_of(session, producers).items()
    }
    return Problem(missing_fen, candidates, _lagging(session, county, today.year, packs), freight)


def _whole(packs: int, carton: int) -> int:
    """As many packs, in whole cartons."""
    return -(-packs // carton) * carton


def _levels(packs: list[PlannablePack]) -> dict[int, int]:
    """Each pack's price by weight against the middle of its category; where weight says nothing,
    it is in the middle."""
    by_category: dict[str, list[int]] = defaultdict(list)
    weighed = [one for one in packs if one.pack_grams]
    prices = {one.variant_id: one.price_fen * 500_000 // one.pack_grams for one in weighed}
    for one in weighed:
        by_category[one.category_code].append(prices[one.variant_id])
    middle = {category: max(1, median_low(found)) for category, found in by_category.items()}
    return {
        one.variant_id: max(
            LEAST_LEVEL_PPM, prices[one.variant_id] * PPM // middle[one.category_code]
        )
        if one.variant_id in prices
        else PPM
        for one in packs
    }


def _lagging(
    session: Session, county: str, year: int, packs: list[PlannablePack]
) -> frozenset[str]:
    """Of the villages that sell something, those below the middle of this year's sales."""
    sold = {
        part.part_key: part.amount_fen
        for part in parts_of(session, "county", county, "village", year=year)
    }
    selling = {village for one in packs for village in one.villages}
    if not selling:
        return frozenset()
    middle = median_low(sold.get(village, 0) for village in selling)
    return frozenset(village for village in selling if sold.get(village, 0) <= middle)
