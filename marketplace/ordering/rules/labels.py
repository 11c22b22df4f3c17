"""Tables that go out with what waits and come back with carriers and tracking numbers."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

from marketplace.core.errors import N_, FieldError, invalid
from marketplace.core.heads import find_columns, rows_below
from marketplace.core.sheets import CellError

LONGEST = 60
_HALF_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
# Words over a column, as we write them and as others do, and what the column holds.
LABEL_HEADS: Mapping[str, str] = {
    "编号": "code",
    "承运方": "carrier",
    "快递公司": "carrier",
    "运单号": "tracking",
    "快递单号": "tracking",
}

NO_HEAD = N_("没有找到「编号」和「运单号」两列。请下载包裹表格,填好后再上传。")
NO_CARRIER = N_("没有写承运方。请填这一列,或者在上传时写明。")
NO_TRACKING = N_("写了承运方,没有写运单号。")
TOO_LONG = N_("最多 %(most)s 个字。")
STRANGE = N_("里面有不能保存的控制字符,请重新输入。")
NOTHING_FILLED = N_("表格里还没有填运单号,请填好后再上传。")


def filled_rows(
    field: str, cells: Sequence[Sequence[str]], heads: Mapping[str, str], carrier: str
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows in which somebody wrote a carrier or a number; the carrier said with the file
    stands where the column is empty. Raises InvalidInput where the columns are not there."""
    found = find_columns(cells, heads, lambda named: {"code", "tracking"} <= named)
    if found is None:
        raise invalid(field, NO_HEAD)
    for number, values in rows_below(cells, *found):
        typed = values.get("carrier", "")
        if values["tracking"] or typed:
            tracking = plain_tracking(values["tracking"])
            yield number, {**values, "carrier": typed or carrier, "tracking": tracking}


def plain_tracking(typed: str) -> str:
    """A number as it is kept and asked for at the carrier's: full-width letters become plain,
    one for one, so that it grows no longer."""
    return typed.translate(_HALF_WIDTH)


def plain(cell: str) -> str:
    """A cell without the mark that our own CSV puts before what looks like a formula."""
    return unicodedata.normalize("NFKC", cell).strip().lstrip("'")


def errors_of_label(values: Mapping[str, str]) -> Iterator[CellError]:
    """What cannot be kept of a carrier and a number."""
    for column, name in (("承运方", "carrier"), ("运单号", "tracking")):
        if len(values[name]) > LONGEST:
            yield CellError(column, TOO_LONG, {"most": LONGEST})
        elif any(unicodedata.category(one) in ("Cc", "Cs") for one in values[name]):
            yield CellError(column, STRANGE)
    if not values["tracking"]:
        yield CellError("运单号", NO_TRACKING)
    if not values["carrier"]:
        yield CellError("承运方", NO_CARRIER)


def of_row(number: int, errors: Iterable[CellError]) -> list[FieldError]:
    """The errors as they are told: by row and column."""
    return [
        FieldError(one.column, one.message, tuple(one.params.items()), row=number) for one in errors
    ]
