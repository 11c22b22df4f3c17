"""A table of goods as it was handed in, and the cells that were mended in the page."""

from collections.abc import Mapping
from datetime import datetime

from marketplace.core.errors import N_, FieldError, InvalidInput, invalid
from marketplace.core.sheets import LONGEST_CELL, Row, read_sheet, write_book, write_csv
from marketplace.listing.queries.judging import Judged
from marketplace.listing.rules.sheet import COLUMNS, MOST_ROWS, goods_in, head
from marketplace.uploads.rules import GivenFile, plain_name
from marketplace.web.fields import STRANGE_CHARACTERS, TOO_LONG

NO_FILE = N_("请先选择表格文件。")
TEMPLATE_SHEET = N_("商品")
REASONS = N_("要改的地方")
CHOICES = N_("可选内容")


def read_table(file: GivenFile | None) -> tuple[str, list[Row]]:
    """The file's name and its rows of goods. Raises InvalidInput, WrongTemplate or OldTemplate."""
    if file is None:
        raise invalid("file", NO_FILE)
    name = plain_name(file.name)
    return name, goods_in(name, read_sheet(file.field, file.content, MOST_ROWS))


def read_cells(values: Mapping[str, str]) -> dict[tuple[int, str], str]:
    """New words of cells: `cell-17-price`. Raises InvalidInput naming the cells."""
    cells: dict[tuple[int, str], str] = {}
    errors = []
    for name, typed in values.items():
        kind, _, place = name.partition("-")
        row, _, column = place.partition("-")
        if kind != "cell" or column not in COLUMNS or not _is_row(row):
            continue
        if len(typed) > LONGEST_CELL:
            params = (("most", LONGEST_CELL), ("length", len(typed)))
            errors.append(FieldError(name, TOO_LONG, params))
        elif "\x00" in typed:
            errors.append(FieldError(name, STRANGE_CHARACTERS))
        cells[int(row), column] = typed.strip()
    if errors:
        raise InvalidInput(*errors)
    return cells


def _is_row(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 8


def as_xlsx(rows: list[list[str]], choices: list[list[str]], made_at: datetime) -> bytes:
    """The template with these rows, and a second sheet with what its columns may say."""
    sheets = [(TEMPLATE_SHEET, [*head(), *rows]), (CHOICES, choices)]
    return write_book(sheets, made_at)


def as_csv(rows: list[list[str]]) -> bytes:
    """The template as CSV."""
    return write_csv([*head(), *rows])


def failed_rows(judged: Judged, words: Mapping[int, str]) -> list[list[str]]:
    """The bad rows as they came, the reasons in a column behind them that is not read again."""
    return [[*verdict.row.cells, words[verdict.row.number]] for verdict in judged.bad]


def failed_xlsx(rows: list[list[str]], made_at: datetime) -> bytes:
    """A table that can be mended and handed in again: its last column is left unread."""
    first, headings = head()
    return write_book([(TEMPLATE_SHEET, [first, [*headings, REASONS], *rows])], made_at)
