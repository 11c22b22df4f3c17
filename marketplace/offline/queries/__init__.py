"""Reads of offline purchases."""

from marketplace.offline.queries.proof import held_numbers, line_figures, purchase_figures
from marketplace.offline.queries.purchases import (
    TABS,
    LineView,
    OfflineRow,
    OfflineView,
    StepView,
    count_waiting,
    get_offline,
    get_paper,
    list_in_centre,
    list_of_unit,
    numbers_of,
)

__all__ = [
    "TABS",
    "LineView",
    "OfflineRow",
    "OfflineView",
    "StepView",
    "count_waiting",
    "get_offline",
    "get_paper",
    "held_numbers",
    "line_figures",
    "list_in_centre",
    "list_of_unit",
    "numbers_of",
    "purchase_figures",
]
