"""Reads of outlets: their reports, receipts and money."""

from marketplace.outlets.queries.judging import Judged, Scope, judge
from marketplace.outlets.queries.money import (
    list_costs,
    list_months,
    list_with_sums,
    sum_up,
    turn_with_sums,
)
from marketplace.outlets.queries.receipts import (
    ReceiptFilter,
    count_waiting,
    get_receipt,
    list_of_outlet,
    list_of_unit,
    receipt_numbers,
)
from marketplace.outlets.queries.reports import list_reports, visible_report

__all__ = [
    "Judged",
    "ReceiptFilter",
    "Scope",
    "count_waiting",
    "get_receipt",
    "judge",
    "list_costs",
    "list_months",
    "list_of_outlet",
    "list_of_unit",
    "list_reports",
    "list_with_sums",
    "receipt_numbers",
    "sum_up",
    "turn_with_sums",
    "visible_report",
]
