"""Accounts given: a unit's year, an order's standing, statements, and the proof of the books."""

from marketplace.ordering.queries import Counting, counting_of
from marketplace.reports.queries.comparison import Break, Comparison
from marketplace.reports.queries.journal import ledger_journal
from marketplace.reports.queries.predecessors import Line, line_of
from marketplace.reports.queries.reconcile import prove, reconcile
from marketplace.reports.queries.standings import (
    CourseSums,
    Standing,
    StandingsWish,
    find_floor,
    list_standings,
    roll_up,
    sum_courses,
)
from marketplace.reports.queries.statement import Statement, producer_statement
from marketplace.reports.queries.unit import CountedRow, UnitYear, list_quota_entries, unit_year

__all__ = [
    "Break",
    "Comparison",
    "CountedRow",
    "Counting",
    "CourseSums",
    "Line",
    "Standing",
    "StandingsWish",
    "Statement",
    "UnitYear",
    "counting_of",
    "find_floor",
    "ledger_journal",
    "line_of",
    "list_quota_entries",
    "list_standings",
    "producer_statement",
    "prove",
    "reconcile",
    "roll_up",
    "sum_courses",
    "unit_year",
]
