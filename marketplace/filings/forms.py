"""What is typed of a filing."""

from collections.abc import Iterable, Mapping

from werkzeug.datastructures import FileStorage

from marketplace.filings.rules import GivenFiling
from marketplace.units.rules import CANTEENS, MOST_HEADCOUNT
from marketplace.uploads.forms import read_files
from marketplace.web.fields import Fields


def read_filing(values: Mapping[str, str], papers: Iterable[FileStorage]) -> GivenFiling:
    """The year's statement of a unit."""
    fields = Fields(values)
    given = GivenFiling(
        headcount=fields.number("headcount", least=0, most=MOST_HEADCOUNT, default=-1),
        canteen_status=fields.choice("canteen_status", CANTEENS),
        lead_name=fields.text("lead_name", 120, required=False),
        canteen_spend_fen=_yuan(fields, "canteen_spend"),
        union_spend_fen=_yuan(fields, "union_spend"),
        remark=fields.text("remark", 500, required=False),
        effective_on=fields.day("effective_on", required=False),
        reason=fields.text("reason", 200, required=False),
        papers=read_files("papers", papers),
    )
    fields.check()
    return given


def _yuan(fields: Fields, name: str) -> int:
    if not fields.values.get(name, "").strip():
        return 0
    return fields.yuan(name, least_fen=0)


def read_words(values: Mapping[str, str]) -> str:
    """Why a filing goes back."""
    fields = Fields(values)
    words = fields.text("words", 500)
    fields.check()
    return words
