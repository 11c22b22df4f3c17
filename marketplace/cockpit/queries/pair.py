"""One unit and one village, read anew: the list may be minutes old."""

from datetime import date

from sqlalchemy.orm import Session

from marketplace.attribution.queries import total_of
from marketplace.attribution.queries.places import bought_by_units
from marketplace.catalogue.queries.places import goods_of_villages
from marketplace.cockpit.queries.matching import Pair, wanted_under
from marketplace.geography.rules import county_of
from marketplace.pairings.queries import pairings_of_unit
from marketplace.quota.queries import counted_by_rule
from marketplace.reports.queries import find_floor
from marketplace.units.queries import get_unit, headcount_on


def read_pair(session: Session, unit_id: int, village_code: str, today: date) -> Pair:
    """How the two stand today. Raises NotFound where there is no such unit."""
    unit = get_unit(session, unit_id)
    rule = find_floor(session, today.year, county_of(unit.division_code))
    counted = counted_by_rule(session, unit_id, today.year)
    goods = goods_of_villages(session, wanted_under(rule, village_code, today)) if rule else ()
    target_fen = headcount_on(session, unit_id, today) * rule.amount_fen if rule else 0
    paired = {one.village_code for one in pairings_of_unit(session, unit_id, today)}
    return Pair(
        rule=rule,
        gap_fen=max(0, target_fen - counted.get(rule.rule_id, 0)) if rule else 0,
        goods=goods,
        is_paired=village_code in paired,
        bought_fen=bought_by_units(session, [unit_id], today.year - 1)[unit_id].get(
            village_code, 0
        ),
        sold_fen=total_of(session, "village", village_code, today.year).amount_fen,
    )
