"""Units with a gap and villages with goods, brought together; and one such pair, live."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from marketplace.attribution.queries import parts_of
from marketplace.attribution.queries.places import bought_by_units
from marketplace.catalogue.queries.places import VillageGoods, Wanted, goods_of_villages
from marketplace.cockpit.rules.matching import Known, Match, Offer, Seeker, suggest
from marketplace.core.paging import PageRequest
from marketplace.pairings.queries import paired_villages
from marketplace.quota.rules import Rule
from marketplace.reports.queries import StandingsWish, find_floor, list_standings
from marketplace.reports.queries.standings import OPEN

# Units are taken by their gap: what is suggested to the thousandth nobody reads.
MOST_SEEKERS = 1_000
# As plans do: goods are on their way for a while, and a store is not emptied in a day.
KEEPS_FOR = timedelta(days=30)


def find_matches(session: Session, county: str, today: date) -> list[dict[str, Any]]:
    """The suggestions of a county, as rows. So many statements, whatever the county's size."""
    rule = find_floor(session, today.year, county)
    if rule is None:
        return []
    seekers = _seekers(session, county, today)
    offers = _offers(session, rule, county, today)
    known = Known(
        paired_villages(session, county, today),
        bought_by_units(session, {one.unit_id for one in seekers}, today.year - 1),
    )
    return [_row(place, match) for place, match in enumerate(suggest(seekers, offers, known))]


def _seekers(session: Session, county: str, today: date) -> list[Seeker]:
    wish = StandingsWish(today.year, county, course=OPEN)
    page = list_standings(session, wish, PageRequest(1, MOST_SEEKERS), today)
    return [Seeker(one.unit_id, one.gap_fen) for one in page.items]


def wanted_under(rule: Rule, area: str, today: date) -> Wanted:
    """Goods that count under a rule, of the villages of an area."""
    return Wanted(
        area,
        today,
        today + KEEPS_FOR,
        certified=rule.certificate_required,
        origins=rule.origin_prefixes,
    )


def _offers(session: Session, rule: Rule, county: str, today: date) -> list[Offer]:
    sold = {
        part.part_key: part.amount_fen
        for part in parts_of(session, "county", county, "village", year=today.year)
    }
    by_village: dict[str, list[VillageGoods]] = {}
    for goods in goods_of_villages(session, wanted_under(rule, county, today)):
        by_village.setdefault(goods.village_code, []).append(goods)
    return [_offer(code, goods, sold) for code, goods in by_village.items()]


def _offer(code: str, goods: Sequence[VillageGoods], sold: Mapping[str, int]) -> Offer:
    """All of a village's goods as one, named after those of most value."""
    ends = [one.first_expires_on for one in goods if one.first_expires_on]
    return Offer(
        code,
        goods[0].product_name,
        packs=sum(one.packs for one in goods),
        value_fen=sum(one.value_fen for one in goods),
        first_expires_on=min(ends, default=None),
        sold_fen=sold.get(code, 0),
    )


def _row(place: int, match: Match) -> dict[str, Any]:
    offer = match.offer
    return {
        "unit_id": match.seeker.unit_id,
        "village_code": offer.village_code,
        "place": place,
        "gap_fen": match.seeker.gap_fen,
        "product_name": offer.product_name,
        "packs": offer.packs,
        "value_fen": offer.value_fen,
        "first_expires_on": offer.first_expires_on,
        "is_paired": match.is_paired,
        "bought_fen": match.bought_fen,
        "sold_fen": offer.sold_fen,
    }


@dataclass(frozen=True)
class Pair:
    """A unit and a village as they stand now: what is missing, what would count, what was."""

    rule: Rule | None
    gap_fen: int
    goods: Sequence[VillageGoods]
    is_paired: bool
    bought_fen: int
    sold_fen: int

    @property
    def stands(self) -> bool:
        return bool(self.gap_fen and self.goods)

    @property
    def packs(self) -> int:
        return sum(one.packs for one in self.goods)

    @property
    def first_expires_on(self) -> date | None:
        ends = [one.first_expires_on for one in self.goods if one.first_expires_on]
        return min(ends, default=None)

    @property
    def value_fen(self) -> int:
        return sum(one.value_fen for one in self.goods)
