"""Verbs of outlets: report, agree, take back, enter what they cost."""

from marketplace.outlets.commands.costs import enter_cost, reverse_cost
from marketplace.outlets.commands.deciding import agree_receipt, refuse_receipt, reverse_receipt
from marketplace.outlets.commands.reports import Told, hand_in, report_now, write_report

__all__ = [
    "Told",
    "agree_receipt",
    "enter_cost",
    "hand_in",
    "refuse_receipt",
    "report_now",
    "reverse_cost",
    "reverse_receipt",
    "write_report",
]
