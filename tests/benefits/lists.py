"""Lists of households in a few words, for tests."""

from collections.abc import Sequence

from stdnum.cn import ric

from marketplace.benefits.queries import Told
from marketplace.benefits.rules import BenefitRow
from marketplace.core.sealing import Sealer
from tests.county import HUIGOU, County

SECRET = "not-secret-" * 4
SEALER = Sealer(SECRET)
NAMES = ("欧阳建设", "司马春花", "诸葛铁柱", "上官秀英")


def identity_number(place: int) -> str:
    body = f"420304197001{place:02d}{place:03d}"
    return body + str(ric.calc_check_digit(body + "0"))


def row(place: int, village: str = HUIGOU, amount: str = "100", **changes: str) -> BenefitRow:
    plain = {"name": NAMES[place - 1], "identity": identity_number(place), "village": village}
    return BenefitRow(place, **{**plain, "amount": amount, **changes})


def told(county: County, rows: Sequence[BenefitRow], period: str = "2026-10") -> Told:
    return Told(county.producer_id, "WAGE", period, tuple(rows))


def pasted(*rows: BenefitRow) -> str:
    """As a spreadsheet gives them away."""
    return "\n".join("\t".join((r.name, r.identity, r.village, r.amount)) for r in rows)
