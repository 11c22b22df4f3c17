"""The public board: what the whole county sold, and its parts."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from marketplace.attribution import queries as attribution
from marketplace.attribution.queries import select_year
from marketplace.benefits.queries import VillageBenefit, benefits_of_villages
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.queries import ProductFilter
from marketplace.core.paging import PageRequest
from marketplace.geography import queries as geography
from marketplace.geography.queries import CountyPlace
from marketplace.geography.rules import township_of
from marketplace.livestream.queries.held import HELD_SESSIONS
from marketplace.storefront.queries.figures import months_of, ranked
from marketplace.storefront.rules import Months, Ranked, Tile, lay_out_tiles, rank
from marketplace.storefront.rules.fairness import Fairness, fairness_of

CARTOGRAM = Path(__file__).parent.parent / "cartogram.csv"
TOP = 10


@dataclass(frozen=True)
class BoardPage:
    """A year of the county. Months, townships, villages and channels each sum to the total."""

    months: Months
    townships: Sequence[Ranked]
    tiles: Sequence[Tile]
    villages: Sequence[Ranked]
    villages_selling: int
    products: Sequence[Ranked]
    channels: Sequence[Ranked]
    sessions: Sequence[Ranked]
    fairness: Fairness
    # Villages whose households received something, where there are enough of them to be told:
    # a total with the others in it would give them away by subtraction.
    benefits: Sequence[VillageBenefit]

    @property
    def benefit_households(self) -> int:
        return sum(one.households for one in self.benefits)

    @property
    def benefit_fen(self) -> int:
        return sum(one.sum_fen for one in self.benefits)


def get_board(session: Session, county: str, year: int) -> BoardPage:
    """The board, in six queries, whatever the number of orders."""
    parts = attribution.list_parts(
        session,
        "county",
        county,
        years=(year - 1, year),
        parts=("month", "township", "village", "channel"),
    )
    places = geography.list_places(session, county)
    names = {code: name for place in places for code, name in _named(place)}
    townships = ranked(parts, "township", year, lambda code: (names.get(code, code), ""))
    villages = ranked(
        parts,
        "village",
        year,
        lambda code: (names.get(code, code), names.get(township_of(code), "")),
    )
    return BoardPage(
        months=months_of(parts, year),
        townships=townships,
        tiles=lay_out_tiles(
            _cartogram(county), names, {row.key: row.amount_fen for row in townships}
        ),
        villages=villages[:TOP],
        villages_selling=sum(row.amount_fen > 0 for row in villages),
        products=_best_sold(session, county, year),
        benefits=tuple(
            one
            for code, one in benefits_of_villages(session, year).items()
            if code.startswith(county)
        ),
        channels=ranked(parts, "channel", year, lambda key: (key, "")),
        sessions=_sessions(session, county, year),
        fairness=fairness_of(
            (row.amount_fen for row in villages), sum(not place.is_abolished for place in places)
        ),
    )


def _best_sold(session: Session, county: str, year: int) -> tuple[Ranked, ...]:
    """What sold most pieces, with the amounts of the year: bounded, however large the shop."""
    today = date(year, 12, 31)
    cards = catalogue.list_products(
        session, ProductFilter(area=county), PageRequest(1, TOP), today, total=0
    )
    sums = {
        part.part_key: part
        for part in attribution.list_parts(
            session,
            "county",
            county,
            years=(year,),
            parts=("product",),
            part_keys=[str(card.id) for card in cards.items],
        )
    }
    return rank(
        (str(card.id), card.name, card.producer_name, part.amount_fen, part.orders)
        for card in cards.items
        if (part := sums.get(str(card.id))) is not None
    )


def _sessions(session: Session, county: str, year: int) -> tuple[Ranked, ...]:
    """The livestreams of the county that sold most in the year. One query."""
    sold, held = select_year("session", year), HELD_SESSIONS
    rows = session.execute(
        select(held.c.id, held.c.title, held.c.host_name, sold.c.amount_fen, sold.c.orders)
        .join(sold, sold.c.scope_key == cast(held.c.id, String))
        .where(held.c.county_code == county)
        .order_by(sold.c.amount_fen.desc(), held.c.id)
        .limit(TOP)
    )
    return rank((str(key), *words, int(fen), int(orders)) for key, *words, fen, orders in rows)


def _named(place: CountyPlace) -> tuple[tuple[str, str], tuple[str, str]]:
    """A village and its township, each by its code."""
    return (place.code, place.name), (place.township_code, place.township_name)


@cache
def _cartogram(county: str) -> tuple[tuple[str, int, int], ...]:
    """The tiles of a county; none where nobody has laid it out."""
    with CARTOGRAM.open(encoding="utf-8", newline="") as file:
        return tuple(
            (row["code"], int(row["column"]), int(row["row"]))
            for row in csv.DictReader(file)
            if row["code"].startswith(county)
        )
