"""Verbs of entering."""

from marketplace.entering.commands.admit import admit_due
from marketplace.entering.commands.apply import submit_entry, write_entry
from marketplace.entering.commands.remind import remind_to_verify
from marketplace.entering.commands.review import (
    pass_entry,
    refuse_entry,
    return_entry,
    settle_requirement,
)
from marketplace.entering.commands.verify import confirm_papers, return_papers, verify_papers

__all__ = [
    "admit_due",
    "confirm_papers",
    "pass_entry",
    "refuse_entry",
    "remind_to_verify",
    "return_entry",
    "return_papers",
    "settle_requirement",
    "submit_entry",
    "verify_papers",
    "write_entry",
]
