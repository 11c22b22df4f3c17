"""What a pairing says, and what is refused of a table of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from marketplace.core.errors import N_, Forbidden, Refusal
from marketplace.core.heads import find_columns, rows_below
from marketplace.core.identity import Identity, Role

MOST_ROWS = 2_000
# Columns by the words over them, which is also how a row that is wrong names them.
UNIT, VILLAGE, FROM, BASIS = "单位", "村代码", "开始日期", "依据"
HEADS: Mapping[str, str] = {
    "单位": UNIT,
    "单位名称": UNIT,
    "帮扶单位": UNIT,
    "村": VILLAGE,
    "村名": VILLAGE,
    "村代码": VILLAGE,
    "区划代码": VILLAGE,
    "开始日期": FROM,
    "起始日期": FROM,
    "依据": BASIS,
    "文件": BASIS,
}
NO_HEAD = N_("没有找到表头。表格要有“单位”和“村代码”两列,“开始日期”“依据”可以没有。")
NO_ROWS = N_("表头下面没有内容。")
NO_SUCH_UNIT = N_("没有叫“%(name)s”的单位,请照单位全称填写。")
NO_SUCH_VILLAGE = N_("没有代码或名称是“%(name)s”的村,请填 12 位区划代码。")
MANY_VILLAGES = N_("有不止一个村叫“%(name)s”,请填 12 位区划代码。")
NOT_A_DAY = N_("请填写日期,例如 2026-01-01。")


class PairedAlready(Refusal):
    code = "pairing.exists"
    message = N_("这个单位和这个村已经结对。")


class EndsTooEarly(Refusal):
    code = "pairing.ends_too_early"
    status = 422
    message = N_("最后一天不能早于结对开始的 %(day)s。")


@dataclass(frozen=True)
class GivenPairing:
    """A pairing as somebody writes it down."""

    unit_id: int
    village_code: str
    from_on: date
    basis: str


@dataclass(frozen=True)
class TypedPairing:
    """A row of a table as it was typed."""

    row: int
    unit: str
    village: str
    from_on: str
    basis: str


def read_rows(cells: Sequence[Sequence[str]]) -> list[TypedPairing] | None:
    """The rows below the head; None where there is no head."""
    found = find_columns(cells, HEADS, lambda named: {UNIT, VILLAGE} <= named)
    if found is None:
        return None
    return [
        TypedPairing(number, *(row.get(name, "") for name in _COLUMNS))
        for number, row in rows_below(cells, *found)
    ]


_COLUMNS = (UNIT, VILLAGE, FROM, BASIS)


def writes(identity: Identity) -> bool:
    return identity.is_in_centre(Role.OPERATOR)


def require_writer(identity: Identity) -> None:
    if not writes(identity):
        raise Forbidden
