"""What is typed or uploaded of an outlet: a table of sales, one receipt, a cost."""

from collections.abc import Mapping, Sequence
from datetime import date

from marketplace.catalogue.queries.sold import ShelfRow
from marketplace.core.clock import bounds_of
from marketplace.core.errors import N_, invalid
from marketplace.core.sheets import read_sheet
from marketplace.outlets.commands import Told
from marketplace.outlets.queries import ReceiptFilter
from marketplace.outlets.rules import (
    MOST_WORDS,
    CostKind,
    NewCost,
    ReceiptState,
    Source,
)
from marketplace.outlets.rules.sheet import (
    LONGEST,
    MOST_PACKS,
    MOST_ROWS,
    ToldLine,
    ToldReceipt,
    as_rows,
    sales_in,
)
from marketplace.uploads.rules import GivenFile, plain_name
from marketplace.web.fields import Fields

NO_FILE = N_("请先选择表格文件。")
NO_GOODS = N_("请至少填写一种商品的件数和金额。")
NOT_A_MONTH = N_("请填写月份,例如 2026-11。")


def read_table(file: GivenFile | None) -> Told:
    """An uploaded table of sales. Raises InvalidInput or WrongSalesTemplate."""
    if file is None:
        raise invalid("file", NO_FILE)
    name = plain_name(file.name)
    return Told(Source.FILE, name, sales_in(name, read_sheet(file.field, file.content, MOST_ROWS)))


def read_receipt(values: Mapping[str, str], shelf: Sequence[ShelfRow]) -> Told:
    """One receipt, typed beside what lies at the outlet."""
    fields = Fields(values)
    number = fields.text("number", LONGEST["number"])
    day = fields.day("day") or date.min
    has_total = bool(values.get("total", "").strip())
    receipt = ToldReceipt(
        number=number,
        day=day,
        lines=tuple(line for row in shelf if (line := _line(fields, row))),
        total_fen=fields.yuan("total") if has_total else None,
    )
    if not receipt.lines:
        fields.refuse("lines", NO_GOODS)
    unit = fields.text("unit", LONGEST["unit"], required=False)
    fund = fields.choice("fund", ("CANTEEN", "UNION", "OTHER")) if unit else ""
    fields.check()
    rows = [[*row[:7], unit, fund] for row in as_rows([receipt])]
    ids = {row.batch_code: row.batch_id for row in shelf}
    batches = [ids[row[4]] for row in rows]

    def field_of(row: int, column: str) -> str:
        names = {"packs": "packs", "batch": "packs", "amount": "amount"}
        return f"{names[column]}-{batches[row - 1]}" if column in names else column

    return Told(Source.PAGE, number, rows, field_of)


def _line(fields: Fields, row: ShelfRow) -> ToldLine | None:
    packs, amount = f"packs-{row.batch_id}", f"amount-{row.batch_id}"
    if not fields.values.get(packs, "").strip() and not fields.values.get(amount, "").strip():
        return None
    return ToldLine(row.batch_code, fields.number(packs, most=MOST_PACKS), fields.yuan(amount))


def read_cost(values: Mapping[str, str]) -> NewCost:
    fields = Fields(values)
    cost = NewCost(
        month=fields.text("month", 7),
        kind=fields.choice("kind", tuple(CostKind)),
        amount_fen=fields.yuan("amount"),
        words=fields.text("words", MOST_WORDS, required=False),
    )
    if cost.month and not is_month(cost.month):
        fields.refuse("month", NOT_A_MONTH)
    fields.check()
    return cost


def read_words(values: Mapping[str, str]) -> str:
    """Why a receipt is refused or reversed."""
    fields = Fields(values)
    words = fields.text("words", 500)
    fields.check()
    return words


def read_filter(values: Mapping[str, str]) -> ReceiptFilter:
    """What of an address can be looked for; the rest is left unread."""
    month, state = values.get("month", ""), values.get("state", "")
    return ReceiptFilter(
        month if is_month(month) else "", state if state in tuple(ReceiptState) else ""
    )


def is_month(text: str) -> bool:
    if not (len(text) == 7 and text.isascii() and text[4] == "-"):
        return False
    try:
        bounds_of(text)
    except ValueError:
        return False
    return True
