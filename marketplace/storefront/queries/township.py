"""A township: its months, its villages, and how evenly they sold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from marketplace.attribution import queries as attribution
from marketplace.core.errors import NotFound
from marketplace.geography import queries as geography
from marketplace.geography.rules import is_division_code
from marketplace.pairings.queries import PairingRow, pairings_of_villages
from marketplace.storefront.queries.figures import months_of
from marketplace.storefront.rules import Months, Ranked, rank
from marketplace.storefront.rules.fairness import Fairness, fairness_of


@dataclass(frozen=True)
class TownshipPage:
    """Months and villages each sum to what the township sold."""

    code: str
    name: str
    months: Months
    villages: Sequence[Ranked]
    fairness: Fairness
    pairings: Sequence[PairingRow]


def get_township_page(session: Session, code: str, year: int, today: date) -> TownshipPage:
    """A township in a year, in five queries. Raises NotFound."""
    if not is_division_code(code):
        raise NotFound
    township = geography.get_township(session, code)
    parts = attribution.list_parts(
        session, "township", code, years=(year - 1, year), parts=("month", "village")
    )
    villages = geography.list_villages(session, code)
    sold = {part.part_key: part for part in parts if (part.part, part.year) == ("village", year)}
    rows = rank(
        (
            village.code,
            village.name,
            "",
            sold[village.code].amount_fen if village.code in sold else 0,
            sold[village.code].orders if village.code in sold else 0,
        )
        for village in villages
        if village.abolished_on is None or village.code in sold
    )
    living = sum(village.abolished_on is None for village in villages)
    return TownshipPage(
        code,
        township.name,
        months_of(parts, year),
        rows,
        fairness_of((row.amount_fen for row in rows), living),
        pairings_of_villages(session, [village.code for village in villages], today),
    )
