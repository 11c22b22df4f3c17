"""What an outlet's cash register hands in, and what came of it."""

from typing import Any

from marshmallow import post_load

from marketplace.api.schemas.fields import (
    Choice,
    Day,
    Input,
    Many,
    Output,
    Text,
    Whole,
    amount,
    fen,
    several,
    words,
)
from marketplace.outlets.rules.sheet import LONGEST, MOST_PACKS, ToldLine, ToldReceipt

MOST_RECEIPTS = 500
MOST_LINES_OF_ONE = 100


class SoldLine(Input):
    """Goods of ours on a receipt, by the batch that stands on their carton."""

    batch_code = Text("SH260903", most=LONGEST["batch"], required=True)
    packs = Whole(2, most=MOST_PACKS, required=True)
    amount_fen = fen(12_800, least=1, required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> ToldLine:
        return ToldLine(**data)


class SoldReceipt(Input):
    """A receipt. Without a total it holds nothing but these lines; a unit names its fund."""

    number = Text("20261123-0041", most=LONGEST["number"], required=True)
    day = Day("2026-11-23", required=True)
    total_fen = fen(18_600, least=1, load_default=None, allow_none=True)
    unit_id = Whole(3, load_default=None, allow_none=True)
    fund = Choice(("CANTEEN", "UNION", "OTHER"), load_default=None, allow_none=True)
    lines = Many(SoldLine, most=MOST_LINES_OF_ONE, required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> ToldReceipt:
        return ToldReceipt(**{**data, "lines": tuple(data["lines"]), "fund": data["fund"] or ""})


class OutletSales(Input):
    receipts = Many(SoldReceipt, most=MOST_RECEIPTS, required=True)


class ReceiptOutcome(Output):
    """NEW was counted now; KNOWN was counted before, and nothing changed."""

    number = words("20261123-0041")
    verdict = words("NEW")
    goods_fen = amount(12_800)
    eligible_fen = amount(12_800)


class SalesReport(Output):
    report_id = amount(8)
    outlet_id = amount(2)
    counted = amount(1)
    known = amount(0)
    receipts = several(ReceiptOutcome)
