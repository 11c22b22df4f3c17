"""The public board: what the whole county sold, and its parts."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session

from marketplace.attribution import queries as attribution
from marketplace.attribution.queries import YearPart
from marketplace.benefits.queries import VillageBenefit, benefits_of_villages
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.queries import ProductFilter
from marketplace.core.paging import PageRequest
from marketplace.geography import queries as geography
from marketplace.geography.rules import township_of
from marketplace.storefront.queries.figures import months_of, ranked
from marketplace.storefront.rules import Months, Ranked, Tile, lay_out_tiles, rank

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
    """The board, in five queries, whatever the number of orders."""
    parts = attribution.list_parts(
        session,
        "county",
        county,
        years=(year - 1, year),
        parts=("month", "township", "village", "channel"),
    )
    names = geography.names_of(
        session, [code for code, *_ in _cartogram()] + _keys(parts, "village", year)
    )
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
        tiles=lay_out_tiles(_cartogram(), names, {row.key: row.amount_fen for row in townships}),
        villages=villages[:TOP],
        villages_selling=sum(row.amount_fen > 0 for row in villages),
        products=_best_sold(session, county, year),
        benefits=tuple(benefits_of_villages(session, year).values()),
        channels=ranked(parts, "channel", year, lambda key: (key, "")),
    )


def _best_sold(session: Session, county: str, year: int) -> tuple[Ranked, ...]:
    """What sold most pieces, with the amounts of the year: bounded, however large the shop."""
    today = date(year, 12, 31)
    cards = catalogue.list_products(session, ProductFilter(), PageRequest(1, TOP), today, total=0)
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


def _keys(parts: Sequence[YearPart], kind: str, year: int) -> list[str]:
    return [part.part_key for part in parts if (part.part, part.year) == (kind, year)]


@cache
def _cartogram() -> tuple[tuple[str, int, int], ...]:
    with CARTOGRAM.open(encoding="utf-8", newline="") as file:
        return tuple(
            (row["code"], int(row["column"]), int(row["row"])) for row in csv.DictReader(file)
        )
