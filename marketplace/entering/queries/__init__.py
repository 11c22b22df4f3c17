"""Reads of applications and of papers looked at again."""

from marketplace.entering.queries.applications import (
    TABS,
    EntryRow,
    EntryView,
    ShownEntry,
    count_entries,
    find_own,
    get_entry,
    get_paper,
    list_entries,
    list_own,
    list_shown,
)
from marketplace.entering.queries.verifications import (
    CHECKS,
    VerificationRow,
    count_verifications,
    find_latest,
    get_scan,
    list_verifications,
)

__all__ = [
    "CHECKS",
    "TABS",
    "EntryRow",
    "EntryView",
    "ShownEntry",
    "VerificationRow",
    "count_entries",
    "count_verifications",
    "find_latest",
    "find_own",
    "get_entry",
    "get_paper",
    "get_scan",
    "list_entries",
    "list_own",
    "list_shown",
    "list_verifications",
]
