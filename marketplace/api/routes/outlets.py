"""What outlets sell, handed in by their cash registers."""

from collections.abc import Callable
from typing import Any

from marketplace.api.door import Door
from marketplace.api.schemas.outlets import OutletSales, SalesReport
from marketplace.core.errors import N_
from marketplace.outlets.commands import Told, report_now
from marketplace.outlets.queries.judging import KNOWN, NEW
from marketplace.outlets.rules import Source
from marketplace.outlets.rules.sheet import ToldReceipt, as_rows
from marketplace.web import allow, current_identity, now, session

door = Door("outlets")

NAMES = {"batch": "batch_code", "amount": "amount_fen", "total": "total_fen", "unit": "unit_id"}
OF_A_LINE = ("batch", "packs", "amount")


@door.call("POST", "/outlets/<id:outlet_id>/sales", N_("上报网点小票;同一张小票只计一次"))
@allow()
@door.takes(OutletSales)
@door.does(SalesReport, 201)
def report_sales(body: dict[str, Any], outlet_id: int) -> dict[str, Any]:
    receipts: list[ToldReceipt] = body["receipts"]
    told = Told(Source.API, "", as_rows(receipts), _fields(receipts))
    report, judged = report_now(session(), current_identity(), outlet_id, told, now())
    return {
        "report_id": report.id,
        "outlet_id": outlet_id,
        "counted": len(judged.of(NEW)),
        "known": len(judged.of(KNOWN)),
        "receipts": [
            {
                "number": one.number,
                "verdict": one.kind,
                "goods_fen": one.goods_fen,
                "eligible_fen": one.eligible_fen,
            }
            for one in judged.verdicts
        ],
    }


def _fields(receipts: list[ToldReceipt]) -> Callable[[int, str], str]:
    """Where in the body a column of a row stood."""
    places = [
        (f"receipts.{place}", f"receipts.{place}.lines.{line}")
        for place, receipt in enumerate(receipts)
        for line, _told in enumerate(receipt.lines)
    ]

    def field_of(row: int, column: str) -> str:
        receipt, line = places[row - 1]
        return f"{line if column in OF_A_LINE else receipt}.{NAMES.get(column, column)}"

    return field_of
