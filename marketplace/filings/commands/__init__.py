"""Verbs of filings."""

from marketplace.filings.commands.filing import (
    pass_filing,
    return_filing,
    set_filing_due,
    submit_filing,
    write_filing,
)
from marketplace.filings.commands.remind import remind_to_file

__all__ = [
    "pass_filing",
    "remind_to_file",
    "return_filing",
    "set_filing_due",
    "submit_filing",
    "write_filing",
]
