"""Division codes of twelve digits: six for the county, three each for township and village."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from marketplace.core.errors import N_, Forbidden, NotFound, Refusal, invalid
from marketplace.core.heads import fold
from marketplace.core.identity import Identity, Role

# What was typed, folded → the codes that it may mean.
Villages = Mapping[str, Sequence[str]]

COUNTY_DIGITS = 6
TOWNSHIP_DIGITS = 9
CODE_DIGITS = 12
AREA_DIGITS = (0, 2, 4, COUNTY_DIGITS)

MOST_REASON = 200
# What the trail calls a village.
VILLAGE = "village"

BAD_CODE = N_("区划代码是 12 位数字,例如 420304101200。")
UNKNOWN_VILLAGE = N_("没有这个代码的村,请从名单中选择。")
NOT_YET = N_("日期不能晚于今天。")

BAD_AREA = N_("请填 6 位县级、4 位市级或 2 位省级区划代码,例如 420304。")


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


def operates(identity: Identity) -> bool:
    """Operators of the centre keep the register of villages."""
    return identity.is_in_centre(Role.OPERATOR)


def require_keeper(identity: Identity, code: str) -> None:
    """Raises Forbidden for whoever keeps no register, NotFound where it is another county's."""
    if not operates(identity):
        raise Forbidden
    if not identity.looks_after(code):
        raise NotFound


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


def check_area(text: str, field: str = "area") -> str:
    """The digits an area's divisions begin with: 2 of a province, 4 of a city, 6 of a county,
    none of the nation. Raises InvalidInput that names the field."""
    if len(text) not in AREA_DIGITS or not (text == "" or (text.isascii() and text.isdigit())):
        raise invalid(field, BAD_AREA)
    return text


def code_in(typed: str) -> str:
    """What may be a code in what was typed. In 「420304101201 会沟村」, as a list offers it, the
    name is for the reader."""
    return fold(typed.split(maxsplit=1)[0]) if typed.strip() else ""


def codes_called(villages: Villages, typed: str) -> Sequence[str]:
    """The codes of the villages that somebody may mean."""
    return villages.get(code_in(typed)) or villages.get(fold(typed), ())


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


def touches(area: str, other: str) -> bool:
    """Whether one of two areas lies in the other; both are prefixes."""
    return area.startswith(other) or other.startswith(area)


def prefix_of(area: str) -> str:
    """The digits that decide: 420304000000 and 420304 both mean the county."""
    if len(area) != CODE_DIGITS:
        return area
    if area[COUNTY_DIGITS:] == "000000":
        return area[:COUNTY_DIGITS]
    return area[:TOWNSHIP_DIGITS] if area.endswith("000") else area


# By the first digits of their codes (GB/T 2260); 99 is given to nobody. Of cities only the one that
# the first county lies in: others are known by their centres.
WIDE_AREAS = {
    "11": "北京市",
    "12": "天津市",
    "13": "河北省",
    "14": "山西省",
    "15": "内蒙古自治区",
    "21": "辽宁省",
    "22": "吉林省",
    "23": "黑龙江省",
    "31": "上海市",
    "32": "江苏省",
    "33": "浙江省",
    "34": "安徽省",
    "35": "福建省",
    "36": "江西省",
    "37": "山东省",
    "41": "河南省",
    "42": "湖北省",
    "4203": "十堰市",
    "43": "湖南省",
    "44": "广东省",
    "45": "广西壮族自治区",
    "46": "海南省",
    "50": "重庆市",
    "51": "四川省",
    "52": "贵州省",
    "53": "云南省",
    "54": "西藏自治区",
    "61": "陕西省",
    "62": "甘肃省",
    "63": "青海省",
    "64": "宁夏回族自治区",
    "65": "新疆维吾尔自治区",
    "71": "台湾省",
    "81": "香港特别行政区",
    "82": "澳门特别行政区",
    "99": "虚拟省(示例)",
}
