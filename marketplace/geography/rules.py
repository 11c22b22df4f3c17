"""Division codes of twelve digits: six for the county, three each for township and village."""

from dataclasses import dataclass
from datetime import date

from marketplace.core.errors import N_, Refusal, invalid

COUNTY_DIGITS = 6
TOWNSHIP_DIGITS = 9
CODE_DIGITS = 12

BAD_CODE = N_("区划代码是 12 位数字,例如 420304101200。")


class VillageAbolished(Refusal):
    """A village that is no more cannot be chosen; its successor can."""

    code = "village.abolished"
    message = N_("%(village)s已经撤并,请改选承接它的村。")


class SuccessionCircle(Refusal):
    """A village cannot be succeeded by itself, at once or through others."""

    code = "village.succession_circle"
    message = N_("承接村不能是它自己,也不能是它承接过的村。")


class AlreadyListed(Refusal):
    """Two listings of one village may not overlap: a day is either inside or outside."""

    code = "village.already_listed"
    message = N_("这段时间与已有的贫困村记录重叠,请先核对起止日期。")


class LastDayTooEarly(Refusal):
    """A listing ends on or after the day it begins."""

    code = "village.last_day_too_early"
    status = 422
    message = N_("结束日期不能早于开始日期。")


@dataclass(frozen=True)
class Span:
    """Days from the first to the last, both inside; without a last day it goes on."""

    first: date
    last: date | None = None

    def overlaps(self, other: "Span") -> bool:
        return (self.last is None or other.first <= self.last) and (
            other.last is None or self.first <= other.last
        )


def is_division_code(text: str) -> bool:
    """Whether it has the form of a code. Only plain digits: full-width ones are not the key."""
    return len(text) == CODE_DIGITS and text.isascii() and text.isdigit()


def check_code(text: str, field: str = "code") -> str:
    """The code itself. Raises InvalidInput that names the field."""
    if not is_division_code(text):
        raise invalid(field, BAD_CODE)
    return text


def county_of(code: str) -> str:
    """The six digits that every division of the county begins with."""
    return code[:COUNTY_DIGITS]


def township_of(code: str) -> str:
    """The code of the township a village code lies in."""
    return code[:TOWNSHIP_DIGITS] + "000"


def is_within(code: str, area: str) -> bool:
    """Whether a division lies in an area, given by its prefix or by its padded code.

    A padded code (420304000000, 420304101000) ends in groups of zeros that say nothing.
    """
    return code.startswith(prefix_of(area))


def prefix_of(area: str) -> str:
    """The digits that decide: 420304000000 and 420304 both mean the county."""
    if len(area) != CODE_DIGITS:
        return area
    if area[COUNTY_DIGITS:] == "000000":
        return area[:COUNTY_DIGITS]
    return area[:TOWNSHIP_DIGITS] if area.endswith("000") else area
