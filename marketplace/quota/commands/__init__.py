"""Verbs of the quota: put rules in force, count, move and take back."""

from marketplace.quota.commands.count import (
    add_to_totals,
    close_year,
    count_offline,
    enter,
    entries_counted,
    entries_taken_back,
    take_back,
    take_back_offline,
    write_entries,
)
from marketplace.quota.commands.freight import entries_of_completed
from marketplace.quota.commands.move import reattribute, withdraw
from marketplace.quota.commands.publish import (
    change_rule,
    discard_rule,
    draft_rule,
    publish_draft,
    publish_rule,
)
from marketplace.quota.rules.texts import RuleText

__all__ = [
    "RuleText",
    "add_to_totals",
    "change_rule",
    "close_year",
    "count_offline",
    "discard_rule",
    "draft_rule",
    "enter",
    "entries_counted",
    "entries_of_completed",
    "entries_taken_back",
    "publish_draft",
    "publish_rule",
    "reattribute",
    "take_back",
    "take_back_offline",
    "withdraw",
    "write_entries",
]
