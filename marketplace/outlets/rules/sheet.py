"""The table of an outlet's sales: its columns, its template, and what a row says."""

import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from marketplace.core.errors import N_, Refusal, invalid
from marketplace.core.money import parse_yuan, plain_yuan
from marketplace.core.sheets import CellError
from marketplace.listing.rules.sheet import MISSING, STRANGE_CHARACTERS, TOO_LONG

COLUMNS = {
    "number": N_("小票号"),
    "day": N_("销售日期"),
    "total": N_("小票合计(元)"),
    "batch": N_("批次号"),
    "packs": N_("销售件数"),
    "amount": N_("销售金额(元)"),
    "unit": N_("付款单位"),
    "fund": N_("单位经费"),
}
HEADINGS = tuple(COLUMNS.values())
TITLE = "帮扶集网点销售上报模板"
# What the headings are, in eight characters: another table has another fingerprint.
FINGERPRINT = hashlib.sha256("\n".join((TITLE, *HEADINGS)).encode()).hexdigest()[:8]
MOST_LINES = 2_000
MOST_ROWS = MOST_LINES + 2
MOST_PACKS = 1_000_000
MOST_FEN = 10_000_000_000
LONGEST = {"number": 40, "batch": 40, "unit": 120, "fund": 20}
FUNDS = {
    "食堂": "CANTEEN",
    "食堂经费": "CANTEEN",
    "CANTEEN": "CANTEEN",
    "工会": "UNION",
    "工会经费": "UNION",
    "UNION": "UNION",
    "其他": "OTHER",
    "其他资金": "OTHER",
    "OTHER": "OTHER",
}
# Spreadsheets count days from here.
_EPOCH = date(1899, 12, 30)

NOT_A_DAY = N_("请填写日期,例如 2026-11-23。")
NOT_PACKS = N_("请填写 1 到 1000000 之间的整数。")
NOT_AN_AMOUNT = N_("请填写大于零、不超过 1 亿的金额,最多两位小数,例如 64.00。")
NOT_A_FUND = N_("经费请填食堂、工会或其他。")
NO_ROWS = N_("表里没有小票。请从第 3 行起,每行填小票上的一种商品。")
TOO_MANY = N_("一次最多上报 2000 行,请按日期分成几份。")


class WrongSalesTemplate(Refusal):
    code = "outlet.wrong_template"
    status = 422
    message = N_("「%(name)s」不是网点销售上报模板,请下载模板,把小票填进去再传。")


@dataclass(frozen=True)
class LineRead:
    """A row of the table, as far as it could be understood. Empty cells are None."""

    row: int
    errors: tuple[CellError, ...]
    number: str
    day: date | None
    total_fen: int | None
    batch_code: str
    packs: int
    amount_fen: int
    unit: str
    fund: str


@dataclass(frozen=True)
class ToldLine:
    batch_code: str
    packs: int
    amount_fen: int


@dataclass(frozen=True)
class ToldReceipt:
    """A receipt as a program or a page tells it."""

    number: str
    day: date
    lines: tuple[ToldLine, ...]
    total_fen: int | None = None
    unit_id: int | None = None
    fund: str = ""


def head() -> list[list[str]]:
    """The first rows of the template."""
    return [[TITLE, FINGERPRINT], list(HEADINGS)]


def as_rows(receipts: Iterable[ToldReceipt]) -> list[list[str]]:
    """What a program told, as the rows that a file would have."""
    told = [
        [
            receipt.number,
            receipt.day.isoformat(),
            "" if receipt.total_fen is None else plain_yuan(receipt.total_fen),
            line.batch_code,
            str(line.packs),
            plain_yuan(line.amount_fen),
            "" if receipt.unit_id is None else str(receipt.unit_id),
            receipt.fund,
        ]
        for receipt in receipts
        for line in receipt.lines
    ]
    if len(told) > MOST_LINES:
        raise invalid("receipts", TOO_MANY)
    return [[str(place), *cells] for place, cells in enumerate(told, 1)]


def sales_in(name: str, rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """The rows of sales in a table, each behind its number in the file. Raises
    WrongSalesTemplate, or InvalidInput where there are none."""
    wide = len(HEADINGS)
    headed = [place for place, row in enumerate(rows[:2]) if tuple(row[:wide]) == HEADINGS]
    if not headed:
        raise WrongSalesTemplate(name=name)
    start = headed[0] + 1
    found = [
        [str(number), *row[:wide], *[""] * (wide - len(row))]
        for number, row in enumerate(rows[start:], start + 1)
        if any(row[:wide])
    ]
    if not found:
        raise invalid("file", NO_ROWS)
    return found


def read_line(numbered: Sequence[str]) -> LineRead:
    """A row, its number first, with everything that is wrong with it."""
    number, *cells = numbered
    reader = _Reader(dict(zip(COLUMNS, cells, strict=True)))
    return LineRead(
        row=int(number),
        number=reader.text("number", needed=True),
        day=reader.day(),
        total_fen=reader.amount("total") if reader.plain("total") else None,
        batch_code=reader.text("batch", needed=True),
        packs=reader.packs(),
        amount_fen=reader.amount("amount"),
        unit=reader.text("unit"),
        fund=reader.fund(),
        errors=tuple(reader.errors),
    )


class _Reader:
    """The cells of one row. What cannot be used is noted."""

    def __init__(self, cells: dict[str, str]) -> None:
        self.cells = cells
        self.errors: list[CellError] = []

    def plain(self, column: str) -> str:
        return unicodedata.normalize("NFKC", self.cells[column]).strip().removeprefix("'")

    def refuse(self, column: str, message: str, /, **params: object) -> None:
        self.errors.append(CellError(column, message, params))

    def text(self, column: str, *, needed: bool = False) -> str:
        cell, most = self.plain(column), LONGEST[column]
        if len(cell) > most:
            self.refuse(column, TOO_LONG, most=most, length=len(cell))
        elif any(unicodedata.category(one) in ("Cc", "Cs") for one in cell):
            self.refuse(column, STRANGE_CHARACTERS)
        elif needed and not cell:
            self.refuse(column, MISSING)
        else:
            return cell
        # What no database takes is not looked up either.
        return ""

    def day(self) -> date | None:
        cell = self.plain("day").split(" ")[0].replace("/", "-").replace(".", "-")
        try:
            if cell.isascii() and cell.isdigit() and len(cell) == 5:
                return _EPOCH + timedelta(days=int(cell))
            year, month, day = (int(part) for part in cell.split("-") if part.isascii())
            return date(year, month, day)
        except (ValueError, OverflowError):
            self.refuse("day", NOT_A_DAY if cell else MISSING)
            return None

    def packs(self) -> int:
        cell = self.plain("packs")
        is_whole = cell.isascii() and cell.isdigit() and len(cell) < 8
        if not is_whole or not 1 <= int(cell) <= MOST_PACKS:
            self.refuse("packs", NOT_PACKS if cell else MISSING)
            return 0
        return int(cell)

    def amount(self, column: str) -> int:
        cell = self.plain(column)
        try:
            amount_fen = int(parse_yuan(cell))
        except ValueError:
            amount_fen = 0
        if not 0 < amount_fen <= MOST_FEN:
            self.refuse(column, NOT_AN_AMOUNT if cell else MISSING)
            return 0
        return amount_fen

    def fund(self) -> str:
        cell = self.text("fund")
        if cell and cell not in FUNDS:
            self.refuse("fund", NOT_A_FUND)
        return FUNDS.get(cell, "")
