"""What is typed of villages: a village out of the list, and what the register is to say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from marketplace.core.errors import N_
from marketplace.geography.rules import MOST_REASON, Span, is_division_code
from marketplace.web.fields import Fields

NOT_A_CODE = N_("请填写 12 位的村代码,可以从列表中选择。")
# Of a name with its code before it.
MOST_TYPED = 80


@dataclass(frozen=True)
class ToldEnd:
    """The end of a village as an operator tells it."""

    on: date
    successor_code: str
    reason: str


def village_typed(fields: Fields, name: str, *, required: bool = True) -> str:
    """The code that stands before a village's name in the list to choose from; empty where
    nothing was typed or it is none, which then stands in the fields."""
    typed = fields.text(name, MOST_TYPED, required=required).split()
    if not typed:
        return ""
    if not is_division_code(typed[0]):
        fields.refuse(name, NOT_A_CODE)
        return ""
    return typed[0]


def read_end(values: Mapping[str, str], *, has_successor: bool) -> ToldEnd:
    """The day on which a village ended, who took it over, and why. A successor that is known
    stays known."""
    fields = Fields(values)
    told = ToldEnd(
        fields.day("on_day") or date.min,
        village_typed(fields, "successor", required=has_successor),
        fields.text("reason", MOST_REASON),
    )
    fields.check()
    return told


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
