"""Verbs of recognitions."""

from marketplace.certification.commands.apply import apply, apply_again
from marketplace.certification.commands.decide import (
    give_back,
    pass_rung,
    refuse_application,
    set_terms,
)
from marketplace.certification.commands.issue import issue_due
from marketplace.certification.commands.take_back import remove_paper, take_back
from marketplace.certification.commands.withdraw import withdraw

__all__ = [
    "apply",
    "apply_again",
    "give_back",
    "issue_due",
    "pass_rung",
    "refuse_application",
    "remove_paper",
    "set_terms",
    "take_back",
    "withdraw",
]
