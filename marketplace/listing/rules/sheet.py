"""The table of goods: its columns, its template with a fingerprint, and what a row says."""

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marketplace.core.errors import N_, FieldError, InvalidInput, Refusal, invalid
from marketplace.core.money import parse_yuan
from marketplace.core.sheets import CellError, Row
from marketplace.geography.rules import Villages, codes_called
from marketplace.listing.rules import (
    MOST_COUNT,
    MOST_GRAMS,
    MOST_NAME,
    MOST_PACK_NAME,
    MOST_PRICE_FEN,
    MOST_SKU,
)
from marketplace.listing.rules.packs import grams_of

# Columns in their order: the name in code and the heading in the table.
COLUMNS = {
    "sku": N_("商品编号"),
    "name": N_("品名"),
    "category": N_("品类"),
    "pack": N_("规格"),
    "price": N_("单价(元)"),
    "minimum": N_("起订件数"),
    "carton": N_("每箱件数"),
    "village": N_("产地村"),
    "workshop": N_("车间"),
    "description": N_("介绍"),
}
# Behind the number of the row.
VILLAGE_AT = 1 + list(COLUMNS).index("village")
NEEDED = ("sku", "name", "category", "pack", "price", "village")
HEADINGS = tuple(COLUMNS.values())
TITLE = "帮扶集商品导入模板"
# What the headings are, in eight characters: another table has another fingerprint.
FINGERPRINT = hashlib.sha256("\n".join((TITLE, *HEADINGS)).encode()).hexdigest()[:8]
MOST_GOODS = 5_000
HEAD_ROWS = 2
MOST_ROWS = MOST_GOODS + HEAD_ROWS
LONGEST = {"sku": MOST_SKU, "name": MOST_NAME, "pack": MOST_PACK_NAME, "description": 1_000}

MISSING = N_("请填写这一项。")
TOO_LONG = N_("最多 %(most)s 个字,现在有 %(length)s 个。")
STRANGE_CHARACTERS = N_("里面有不能保存的控制字符,请重新输入。")
NOT_A_PRICE = N_("请填写大于零、不超过 100 万的金额,最多两位小数,例如 64.00。")
NOT_A_COUNT = N_("请填写 1 到 1000000 之间的整数。")
NOT_A_PACK = N_("看不懂这个规格。请写明重量或件数,例如 500克/袋、5斤、2.5公斤、12盒、1箱。")
NOT_A_CATEGORY = N_("没有这个品类,请用模板「可选内容」页里的名称。")
NOT_A_VILLAGE = N_("没有这个村。请填村名或 12 位村代码;同名的村请填代码。")
NOT_A_WORKSHOP = N_("这个车间不属于本供应商,请填车间全名,或者留空。")
TWICE = N_("商品编号和第 %(row)s 行重复了,一个编号只能用一行。")
NOT_YOURS = N_("商品编号 %(sku)s 是别家供应商的,不能导入。请用您自己的编号,例如加上自己的字头。")
DIFFERS = N_("同一件商品的各行,这一列要和第 %(row)s 行一样。")
PACK_TWICE = N_("「%(name)s」里已经有这个规格,编号是 %(sku)s。请用那个编号,或者换一个规格名称。")
HANDED_IN = N_("这件商品已提交,正在等上架审核。请先撤回提交,再改。")
IS_WAITING = N_("这件商品已有一份修改在等审核。请等结果,或先撤回那份修改。")
NO_ROWS = N_("表里没有商品。请从第 3 行起,每行填一个规格。")


class WrongTemplate(Refusal):
    """The file is another table than the one that goods come in."""

    code = "import.wrong_template"
    status = 422
    message = N_(
        "「%(name)s」不是商品导入模板,第一格写的是「%(found)s」。请下载模板,把商品填进去再传。"
    )
    field = "file"


class OldTemplate(Refusal):
    """The template is of another version: its columns may mean other things."""

    code = "import.old_template"
    status = 422
    message = N_(
        "「%(name)s」用的是旧模板(版本 %(found)s),现在的版本是 %(current)s。"
        "请重新下载模板,把商品粘贴过去。"
    )
    field = "file"


class RowsRefused(InvalidInput):
    """Rows that cannot be written; nothing was. Names every bad cell by its row and column."""

    code = "import.rows_refused"
    message = N_("有些行需要修改,什么都还没有写入。可以改好再来,或者选择只写入好的行。")

    def __init__(self, errors: Iterable[tuple[int, CellError]]) -> None:
        super().__init__(
            *(
                FieldError(f"rows.{row}.{error.column}", error.message, tuple(error.params.items()))
                for row, error in errors
            )
        )


class ImportClosed(Refusal):
    """The table is being written, or was."""

    code = "import.closed"
    message = N_("这张表已经在写入或写完了,不能再改。要改请重新上传。")


@dataclass(frozen=True)
class Known:
    """The words that a table may use, by what people write."""

    categories: Mapping[str, str]
    villages: Villages
    workshops: Mapping[str, int]
    # What packs weigh that are there already, by the names of product and pack: 礼盒装.
    weights: Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class SheetRow:
    """A row of the table, as far as it could be understood."""

    number: int
    cells: tuple[str, ...]
    errors: tuple[CellError, ...] = ()
    sku: str = ""
    name: str = ""
    category_code: str = ""
    pack: str = ""
    pack_grams: int = 0
    price_fen: int = 0
    minimum_quantity: int = 1
    carton_quantity: int = 1
    village_code: str = ""
    workshop_id: int | None = None
    description: str = ""


def head() -> list[list[str]]:
    """The first rows of the template."""
    return [[TITLE, FINGERPRINT], list(HEADINGS)]


def goods_in(name: str, rows: Sequence[Row]) -> list[Row]:
    """The rows of goods in a table, each behind its number in the file.

    Raises WrongTemplate or OldTemplate with the file's name, or InvalidInput where there are none.
    """
    first = [*(rows[0] if rows else []), "", ""]
    if tuple(first[: len(HEADINGS)]) == HEADINGS:
        start = 1
    elif first[0] != TITLE:
        raise WrongTemplate(name=name, found=first[0][:40] or "—")
    elif first[1] != FINGERPRINT or tuple((rows[1:2] or [[]])[0][: len(HEADINGS)]) != HEADINGS:
        raise OldTemplate(name=name, found=first[1][:40] or "—", current=FINGERPRINT)
    else:
        start = HEAD_ROWS
    wide = len(HEADINGS)
    found = [
        [str(number), *row[:wide], *[""] * (wide - len(row))]
        for number, row in enumerate(rows[start:], start + 1)
        if any(row[:wide])
    ]
    if not found:
        raise invalid("file", NO_ROWS)
    return found


def read_row(numbered: Sequence[str], known: Known) -> SheetRow:
    """A row, its number first, with everything that is wrong with it."""
    number, *cells = numbered
    reader = _Reader(dict(zip(COLUMNS, (_unquoted(cell) for cell in cells), strict=True)))
    facts: dict[str, Any] = {
        "sku": reader.text("sku"),
        "name": reader.text("name"),
        "category_code": reader.named("category", known.categories, NOT_A_CATEGORY) or "",
        "pack": reader.text("pack"),
        "pack_grams": reader.grams(known.weights),
        "price_fen": reader.price(),
        "minimum_quantity": reader.count("minimum"),
        "carton_quantity": reader.count("carton"),
        "village_code": reader.village(known.villages),
        "workshop_id": reader.named("workshop", known.workshops, NOT_A_WORKSHOP),
        "description": reader.text("description"),
    }
    return SheetRow(int(number), tuple(cells), tuple(reader.errors), **facts)


class _Reader:
    """The cells of one row. What cannot be used is noted once a column."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self.cells = cells
        self.errors: list[CellError] = []

    def _refuse(self, column: str, message: str, **params: Any) -> None:
        if column not in {error.column for error in self.errors}:
            self.errors.append(CellError(column, message, params))

    def text(self, column: str) -> str:
        cell, most = self.cells[column], LONGEST[column]
        if len(cell) > most:
            self._refuse(column, TOO_LONG, most=most, length=len(cell))
        elif any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in cell):
            self._refuse(column, STRANGE_CHARACTERS)
        elif not cell and column in NEEDED:
            self._refuse(column, MISSING)
        return cell

    def named(self, column: str, known: Mapping[str, Any], message: str) -> Any:
        cell = _plain(self.cells[column])
        if not cell:
            if column in NEEDED:
                self._refuse(column, MISSING)
            return None
        found = known.get(cell)
        if found is None:
            self._refuse(column, message)
        return found

    def village(self, villages: Villages) -> str:
        cell = self.cells["village"]
        codes = codes_called(villages, cell)
        if len(codes) != 1:
            self._refuse("village", NOT_A_VILLAGE if _plain(cell) else MISSING)
            return ""
        return codes[0]

    def grams(self, weights: Mapping[tuple[str, str], int]) -> int:
        pack = self.cells["pack"]
        known = weights.get((self.cells["name"], pack))
        grams = (grams_of(pack) if pack else 0) if known is None else known
        if grams is None or grams > MOST_GRAMS:
            self._refuse("pack", NOT_A_PACK)
        return grams or 0

    def price(self) -> int:
        try:
            price_fen = int(parse_yuan(self.cells["price"]))
        except ValueError:
            price_fen = 0
        if not 0 < price_fen <= MOST_PRICE_FEN:
            self._refuse("price", NOT_A_PRICE if self.cells["price"] else MISSING)
        return price_fen

    def count(self, column: str) -> int:
        cell = _plain(self.cells[column]) or "1"
        is_whole = cell.isascii() and cell.isdigit() and len(cell) < 8
        if not is_whole or not 1 <= int(cell) <= MOST_COUNT:
            self._refuse(column, NOT_A_COUNT)
            return 1
        return int(cell)


def _plain(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).strip()


def _unquoted(cell: str) -> str:
    """Our own CSV quotes what a spreadsheet would take for a formula; here it comes back."""
    return cell[1:] if len(cell) > 1 and cell[0] == "'" and cell[1] in "=+-@" else cell
