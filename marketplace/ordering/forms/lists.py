"""A shopping list as it was pasted or handed in as a file."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO

from marketplace.core.errors import N_, invalid
from marketplace.core.sheets import MOST_BYTES, Row, read_sheet, require_storable
from marketplace.ordering.rules.lists import ListRow, read_rows
from marketplace.uploads.rules import GivenFile

FIELD = "list"
TOO_LONG = N_("太长了,请分成几次粘贴,或者上传文件。")


def read_list(values: Mapping[str, str], file: GivenFile | None) -> tuple[str, list[ListRow]]:
    """The list as text that can be handed in once more, and its rows. A file comes first."""
    field, cells = read_cells(values, file)
    return as_text(cells), read_rows(field, cells)


def read_cells(values: Mapping[str, str], file: GivenFile | None) -> tuple[str, list[Row]]:
    """The field that a list came in, and its cells. A file comes first."""
    if file is not None:
        return file.field, read_sheet(file.field, file.content)
    return FIELD, _pasted(values.get(FIELD, ""))


def as_text(cells: Iterable[Sequence[str]]) -> str:
    """Cells as a spreadsheet takes them, and as they can be pasted here again."""
    out = StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows(cells)
    return out.getvalue()


def _pasted(text: str) -> list[Row]:
    """Cells as a spreadsheet gives them away: tabs between them, or commas."""
    require_storable(FIELD, (re.split(r"[\t,;]", line) for line in text.split("\n")))
    if len(text.encode()) > MOST_BYTES:
        raise invalid(FIELD, TOO_LONG)
    if not text.strip():
        return []
    return read_sheet(FIELD, text.encode())
