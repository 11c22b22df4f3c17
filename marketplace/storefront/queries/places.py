"""Pages of places: what one village sold, and all villages by township."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.attribution import queries as attribution
from marketplace.attribution.queries import PartTotal
from marketplace.benefits.queries import VillageBenefit, benefits_of_villages
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.queries import ProductCard, ProductFilter
from marketplace.core.errors import NotFound
from marketplace.core.paging import PageRequest
from marketplace.geography import queries as geography
from marketplace.geography.queries import PLACE_NAMES
from marketplace.geography.rules import is_division_code
from marketplace.pairings.queries import PairingRow, pairings_of_villages
from marketplace.producers.queries import names_of as producer_names
from marketplace.storefront.queries.figures import months_of, rank_top, ranked
from marketplace.storefront.rules import Months, Ranked, rank
from marketplace.storefront.rules.fairness import Fairness, fairness_of

ON_OFFER = PageRequest(1, 8)
TOP = 20


@dataclass(frozen=True)
class VillageFacts:
    code: str
    name: str
    kind: str
    township_code: str
    township_name: str
    abolished_on: date | None
    successor_code: str | None
    successor_name: str | None


@dataclass(frozen=True)
class PoorTime:
    """A time during which the village was listed as poor; no end where it still is."""

    listed_from: date
    listed_until: date | None
    source: str


@dataclass(frozen=True)
class VillagePage:
    """What a village sold in a year: months, products and producers sum to the same fen.

    The biggest products and producers stand by name, and one row sums up the others.
    """

    village: VillageFacts
    poor_times: Sequence[PoorTime]
    months: Months
    products: Sequence[Ranked]
    producers: Sequence[Ranked]
    cards: Sequence[ProductCard]
    # Units and people, never by name.
    buyers: Sequence[Ranked]
    # Units that stand by the village today.
    pairings: Sequence[PairingRow]
    # None where too few households received something for anybody to be told.
    benefit: VillageBenefit | None


@dataclass(frozen=True)
class TownshipRows:
    code: str
    name: str
    amount_fen: int
    villages: Sequence[Ranked]


@dataclass(frozen=True)
class VillagesPage:
    year: int
    townships: Sequence[TownshipRows]
    amount_fen: int
    selling: int
    number: int
    fairness: Fairness


def get_village_page(session: Session, code: str, year: int, today: date) -> VillagePage:
    """A village and its sales, in ten queries, however much it sold. Raises NotFound."""
    village = _village(session, code)
    years = (year - 1, year)
    parts = attribution.list_parts(session, "village", code, years=years, parts=("month", "buyer"))
    months = months_of(parts, year)
    products, producers = _products_and_producers(session, code, year, months.amount_fen)
    listings = geography.list_poor_listings(session, code)
    wanted = ProductFilter(village=code)
    cards = catalogue.list_products(session, wanted, ON_OFFER, today, total=0)
    return VillagePage(
        village=village,
        poor_times=[PoorTime(t.listed_from, t.listed_until, t.source) for t in listings],
        months=months,
        products=products,
        producers=producers,
        cards=cards.items,
        buyers=ranked(parts, "buyer", year, lambda key: (key, "")),
        pairings=pairings_of_villages(session, [code], today),
        benefit=benefits_of_villages(session, year, code).get(code),
    )


def list_village_rows(session: Session, county: str, year: int) -> VillagesPage:
    """Every village of the county with what it sold in a year, by township. Two queries."""
    places = session.execute(
        select(
            PLACE_NAMES.c.township_code,
            PLACE_NAMES.c.township_name,
            PLACE_NAMES.c.code,
            PLACE_NAMES.c.name,
        )
        .where(PLACE_NAMES.c.code.startswith(county, autoescape=True))
        .order_by(PLACE_NAMES.c.township_code, PLACE_NAMES.c.code)
    ).all()
    sold = {
        part.part_key: part
        for part in attribution.parts_of(session, "county", county, "village", year=year)
    }
    townships = [
        _township(code, name, [(row.code, row.name) for row in rows], sold)
        for (code, name), rows in groupby(places, key=itemgetter(0, 1))
    ]
    return VillagesPage(
        year=year,
        townships=townships,
        amount_fen=sum(township.amount_fen for township in townships),
        selling=sum(part.amount_fen > 0 for part in sold.values()),
        number=len(places),
        fairness=fairness_of((part.amount_fen for part in sold.values()), len(places)),
    )


def _township(
    code: str,
    name: str,
    villages: list[tuple[str, str]],
    sold: dict[str, PartTotal],
) -> TownshipRows:
    nothing = PartTotal("", 0, 0)
    parts = [(village, words, sold.get(village, nothing)) for village, words in villages]
    rows = rank((key, words, "", part.amount_fen, part.orders) for key, words, part in parts)
    return TownshipRows(code, name, sum(row.amount_fen for row in rows), rows)


def _village(session: Session, code: str) -> VillageFacts:
    if not is_division_code(code):
        raise NotFound
    place, successor = PLACE_NAMES, PLACE_NAMES.alias("successor")
    row = session.execute(
        select(
            place.c.code,
            place.c.name,
            place.c.kind,
            place.c.township_code,
            place.c.township_name,
            place.c.abolished_on,
            place.c.successor_code,
            successor.c.name,
        )
        .outerjoin(successor, successor.c.code == place.c.successor_code)
        .where(place.c.code == code)
    ).one_or_none()
    if row is None:
        raise NotFound
    return VillageFacts(*row)


def _products_and_producers(
    session: Session, code: str, year: int, whole_fen: int
) -> tuple[tuple[Ranked, ...], tuple[Ranked, ...]]:
    def parts(kind: str) -> list[PartTotal]:
        return attribution.parts_of(session, "village", code, kind, year=year, limit=TOP)

    products, producers = parts("product"), parts("producer")
    goods = catalogue.list_names(session, {int(part.part_key) for part in products})
    makers = producer_names(session, {int(part.part_key) for part in producers})
    return (
        rank_top(
            products, whole_fen, lambda key: (goods[int(key)].name, goods[int(key)].producer_name)
        ),
        rank_top(producers, whole_fen, lambda key: (makers[int(key)], "")),
    )
