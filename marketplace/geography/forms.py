"""What is typed of villages: one by its name, or as a list offers it; and what the register is to
say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from marketplace.core.errors import N_
from marketplace.geography.rules import MOST_REASON, Span, Villages, codes_called
from marketplace.web.fields import Fields

NO_SUCH_VILLAGE = N_("没有叫这个名字的村。请写村的全名,或从列表中选一个。")
MANY_VILLAGES = N_("不止一个村叫这个名字。请在前面写上乡镇,或从列表中选一个。")


def read_village(fields: Fields, name: str, villages: Villages, *, required: bool = True) -> str:
    """The code of a village; what is wrong with it stands in the fields."""
    typed = fields.text(name, 80, required=required)
    if not typed:
        return ""
    codes = codes_called(villages, typed)
    if len(codes) == 1:
        return codes[0]
    fields.refuse(name, MANY_VILLAGES if codes else NO_SUCH_VILLAGE)
    return ""


@dataclass(frozen=True)
class ToldEnd:
    """The end of a village as an operator tells it."""

    on: date
    successor_code: str
    reason: str


def read_end(values: Mapping[str, str], villages: Villages, *, has_successor: bool) -> ToldEnd:
    """The day on which a village ended, who took it over, and why. A successor that is known
    stays known."""
    fields = Fields(values)
    told = ToldEnd(
        fields.day("on_day") or date.min,
        read_village(fields, "successor", villages, required=has_successor),
        fields.text("reason", MOST_REASON),
    )
    fields.check()
    return told


def read_restoring(values: Mapping[str, str]) -> str:
    """Why an end is taken back."""
    fields = Fields(values)
    reason = fields.text("restore_reason", MOST_REASON)
    fields.check()
    return reason


def read_listing(values: Mapping[str, str]) -> tuple[Span, str]:
    """The days of a listing, and what says so; without a last day it goes on."""
    fields = Fields(values)
    first = fields.day("listed_from") or date.min
    span = Span(first, fields.day("listed_until", required=False))
    source = fields.text("source", MOST_REASON)
    fields.check()
    return span, source


def read_listing_end(values: Mapping[str, str]) -> tuple[date, str]:
    """The last day of a listing, and what says so."""
    fields = Fields(values)
    last_day, source = fields.day("last_day") or date.min, fields.text("end_source", MOST_REASON)
    fields.check()
    return last_day, source
