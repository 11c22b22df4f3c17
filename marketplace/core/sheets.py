"""Tables that people hand in and take away: CSV in UTF-8 or GB18030, and xlsx."""

import csv
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any

from marketplace.core.errors import N_, InvalidInput, invalid

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 5_000
# What an xlsx may grow to when it is unpacked: a small file can hold gigabytes of nothing.
MOST_UNPACKED = 100 * 1024 * 1024
# A workbook of three hundred sheets has some six hundred.
MOST_PARTS = 1_000
LONGEST_CELL = 1_000
STRANGE = N_("第 %(row)s 行第 %(column)s 列里有不能保存的控制字符,请改好这一格再试。")
SEPARATORS = ",\t;"
# What a spreadsheet would take for a formula (OWASP, CSV injection); full-width signs too.
_FORMULA = re.compile(r"^[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\n]")
_PLAIN_NUMBER = re.compile(r"^-?\d+(\.\d+)?$")

Row = list[str]


@dataclass(frozen=True)
class CellError:
    """What is wrong with one cell of a row; a row may have several."""

    column: str
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)


def read_sheet(field: str, content: bytes, most_rows: int = MOST_ROWS) -> list[Row]:
    """The rows of a table, as words. Raises InvalidInput naming the field."""
    if not content:
        raise invalid(field, N_("这个文件是空的,请重新选择。"))
    if len(content) > MOST_BYTES:
        raise _too_long(field, most_rows)
    is_xlsx = content[:2] == b"PK"
    rows = _read_xlsx(field, content, most_rows) if is_xlsx else _read_csv(field, content)
    if len(rows) > most_rows:
        raise _too_long(field, most_rows)
    return rows


def _too_long(field: str, most_rows: int) -> InvalidInput:
    words = N_("表格不能超过 5 MB、%(most)s 行,请按日期分成几个文件。")
    return invalid(field, words, most=most_rows)


def _not_a_table(field: str) -> InvalidInput:
    return invalid(field, N_("这不是表格文件。请上传 xlsx,或者 UTF-8、GB18030 编码的 CSV。"))


def _read_csv(field: str, content: bytes) -> list[Row]:
    text = _decode(content)
    if text is None or not text.strip():
        raise _not_a_table(field)
    separator = max(SEPARATORS, key=text[:4000].count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator)
    try:
        rows = [[_plain(cell) for cell in row] for row in reader]
    except csv.Error as error:
        raise _not_a_table(field) from error
    return _checked(field, rows)


def _decode(content: bytes) -> str | None:
    """The text, or None for what is none: pictures, PDFs and the old xls hold NUL and the like."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\x00" in text or text.startswith("%PDF") else text
    return None


def _read_xlsx(field: str, content: bytes, most_rows: int) -> list[Row]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            parts = packed.infolist()
    except zipfile.BadZipFile as error:
        raise _not_a_table(field) from error
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise _too_long(field, most_rows)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        cells = book.get_sheet_by_index(0).to_python(skip_empty_area=False, nrows=most_rows + 1)
    except (CalamineError, IndexError, OSError, ValueError) as error:
        raise _not_a_table(field) from error
    return _checked(field, [[_as_words(cell) for cell in row] for row in cells])


def _checked(field: str, rows: list[Row]) -> list[Row]:
    if any(len(cell) > LONGEST_CELL for row in rows for cell in row):
        raise invalid(field, N_("有一格超过了 1000 个字,请检查这个文件。"))
    require_storable(field, rows)
    return rows


def require_storable(field: str, rows: Iterable[Sequence[str]]) -> None:
    """No cell holds what no database keeps. Raises InvalidInput that names row and column."""
    for number, row in enumerate(rows, 1):
        for place, cell in enumerate(row, 1):
            if "\x00" in cell:
                raise invalid(field, STRANGE, row=number, column=place)


def _as_words(cell: Any) -> str:
    """A cell as a spreadsheet shows it: whole numbers without a point, fifteen digits at most."""
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, float):
        return f"{cell:.15g}"
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, date):
        return cell.isoformat()
    return _plain(str(cell))


def _plain(cell: str) -> str:
    # Exports of banks end numbers with a tab so that spreadsheets keep all their digits.
    return cell.strip().strip("\t\u3000\ufeff ")


def safe_cell(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula; numbers stay numbers."""
    words = str(value)
    if _FORMULA.match(words) and not _PLAIN_NUMBER.match(words):
        return f"'{words}"
    return words


def write_csv(rows: Iterable[Sequence[Any]]) -> bytes:
    """CSV that spreadsheets open with the right characters and without running anything."""
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def write_xlsx(rows: Iterable[Sequence[Any]], made_at: datetime) -> bytes:
    """A workbook of words; made of the same rows at the same instant, it is the same bytes."""
    return write_book([(None, rows)], made_at)


def write_book(
    sheets: Sequence[tuple[str | None, Iterable[Sequence[Any]]]], made_at: datetime
) -> bytes:
    """A workbook of several named sheets of words: every cell is text, so none is a formula."""
    import xlsxwriter

    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": made_at.replace(tzinfo=None)})
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for place, row in enumerate(rows):
                for column, cell in enumerate(row):
                    sheet.write_string(place, column, str(cell))
    return out.getvalue()
