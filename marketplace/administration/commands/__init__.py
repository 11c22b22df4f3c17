"""Verbs of administration: asking, deciding, withdrawing, taking away."""

from marketplace.administration.commands.asked import withdraw_role, withdraw_setting
from marketplace.administration.commands.people import admit_person, let_in, shut_out
from marketplace.administration.commands.roles import (
    WantedRole,
    ask_for_role,
    decide_role,
    end_role,
)
from marketplace.administration.commands.settings import ask_for_setting, decide_setting

__all__ = [
    "WantedRole",
    "admit_person",
    "ask_for_role",
    "ask_for_setting",
    "decide_role",
    "decide_setting",
    "end_role",
    "let_in",
    "shut_out",
    "withdraw_role",
    "withdraw_setting",
]
