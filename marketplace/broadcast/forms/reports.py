"""Which sessions a report is about, as its address says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from marketplace.broadcast.rules.report import By
from marketplace.core.errors import N_
from marketplace.web.fields import Fields

FIRST_DAY = date(2020, 1, 1)
WRONG_ORDER = N_("结束的日期要在开始之后。")
TOO_EARLY = N_("请填写 2020 年以后的日期。")


@dataclass(frozen=True)
class Wanted:
    """What the rows are, the days between which sessions started, and one host or all."""

    by: By
    first: date
    last: date
    host_id: int | None = None


def this_year(today: date) -> Wanted:
    """What a report shows when nothing is asked for."""
    return Wanted(By.SESSION, today.replace(month=1, day=1), today)


def read_wanted(values: Mapping[str, str], today: date) -> Wanted:
    """The wish in an address; what is left out is this year. Raises InvalidInput."""
    usual, fields = this_year(today), Fields(values)
    by = fields.choice("by", [one.value for one in By]) if values.get("by") else usual.by.value
    first = fields.day("from", required=False) or usual.first
    last = fields.day("to", required=False) or max(first, usual.last)
    if first < FIRST_DAY:
        fields.refuse("from", TOO_EARLY)
    elif last < first:
        fields.refuse("to", WRONG_ORDER)
    host_id = fields.number("host", least=0)
    fields.check()
    return Wanted(By(by), first, last, host_id or None)
