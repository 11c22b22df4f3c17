"""Papers as tables: a workbook whose amounts are numbers, and CSV."""

from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from typing import Any

from marketplace.core.money import capital_yuan, plain_yuan
from marketplace.core.sheets import write_csv
from marketplace.documents.printers import Printout
from marketplace.documents.rules.sheet import Cell, Row, Sheet, Yuan

WIDEST = 48


class CsvPrinter:
    """The tables of a paper, one below the other, without its frame."""

    def print(self, printout: Printout) -> bytes:
        return write_csv([_plain(row) for row in _table_rows(printout.sheet)])


def _table_rows(sheet: Sheet) -> Iterator[Row]:
    for place, table in enumerate(sheet.tables):
        if place:
            yield ()
        yield table.heads
        yield from table.rows
        if table.total:
            yield table.total


def _plain(row: Row) -> list[str | int]:
    return [plain_yuan(cell.fen) if isinstance(cell, Yuan) else _digits(cell) for cell in row]


def _digits(cell: str | int) -> str | int:
    # A spreadsheet would round twenty digits of an invoice to fifteen.
    return f"{cell}\t" if isinstance(cell, str) and cell.isdigit() and len(cell) > 11 else cell


class WorkbookPrinter:
    """The whole paper on one sheet; amounts can be added up."""

    def print(self, printout: Printout) -> bytes:
        import xlsxwriter

        out = BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(out, options) as book:
            book.set_properties({"created": printout.asked_at.replace(tzinfo=None)})
            _Writer(book).write(printout)
        return out.getvalue()


class _Writer:
    """Writes a paper row by row."""

    def __init__(self, book: Any) -> None:
        self.sheet = book.add_worksheet()
        self.title = book.add_format({"bold": True, "font_size": 16})
        self.bold = book.add_format({"bold": True})
        self.head = book.add_format({"bold": True, "border": 1, "bg_color": "#EEEEEE"})
        self.cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        self.yuan = book.add_format({"border": 1, "num_format": "#,##0.00"})
        self.place = 0
        self.widths: dict[int, int] = {}

    def write(self, printout: Printout) -> None:
        paper = printout.sheet
        self._line([paper.title], self.title)
        self._line([f"编号 {printout.number}", f"校验 {printout.facts_sha256}"], None)
        for label, value in paper.facts:
            self._line([label, value], None)
        for table in paper.tables:
            self.place += 1
            self._line([table.title], self.bold)
            self._line(table.heads, self.head)
            for row in (*table.rows, *((table.total,) if table.total else ())):
                self._line(row, self.cell)
        if paper.sum_fen is not None:
            self.place += 1
            self._line(["合计(元)", Yuan(paper.sum_fen), capital_yuan(paper.sum_fen)], None)
        for clause in paper.clauses:
            self._line([clause], None)
        self.place += 1
        self._line([f"{signer}:" for signer in paper.signers], None)
        for column, width in self.widths.items():
            self.sheet.set_column(column, column, min(width + 2, WIDEST))

    def _line(self, cells: Any, style: Any) -> None:
        for column, cell in enumerate(cells):
            self._write(column, cell, style)
        self.place += 1

    def _write(self, column: int, cell: Cell, style: Any) -> None:
        if isinstance(cell, Yuan):
            # The spreadsheet's own number; Decimal keeps the fen exact on the way to its text.
            self.sheet.write_number(self.place, column, Decimal(plain_yuan(cell.fen)), self.yuan)
        elif isinstance(cell, int):
            self.sheet.write_number(self.place, column, cell, style)
        else:
            self.sheet.write_string(self.place, column, cell, style)
        if style in (self.head, self.cell):
            wide = sum(2 if ord(one) > 255 else 1 for one in str(cell))
            self.widths[column] = max(self.widths.get(column, 8), 14 if wide > WIDEST else wide)
